"""Uses OpenAI's Python client on the service with keys of all kinds.

python openai_keys.py URL LIMITED_KEY, a key of one request a minute with the scope read
"""

import sys

import openai
from refused import refused

url, limited_key = sys.argv[1:]
limited = openai.OpenAI(base_url=f"{url}/v1", api_key=limited_key, max_retries=0)
wrong = openai.OpenAI(base_url=f"{url}/v1", api_key="wrong", max_retries=0)

refused(openai.AuthenticationError, "unauthorized", None, lambda: wrong.models.list())
refused(
    openai.PermissionDeniedError, "forbidden", None, lambda: limited.models.delete("shapes@2")
)
assert len(limited.models.list().data) == 2
error = refused(openai.RateLimitError, "rate_limited", None, lambda: limited.models.list())
assert 1 <= int(error.response.headers["retry-after"]) <= 60, error.response.headers
