"""Uses OpenAI's Python client on the service; fails if anything is not as with OpenAI's own.

python openai_client.py URL KEY PICTURE
"""

import base64
import math
import sys

import openai
from refused import refused

url, key, picture = sys.argv[1:]
picture = base64.b64encode(open(picture, "rb").read()).decode()
ours = openai.OpenAI(base_url=f"{url}/v1", api_key=key, max_retries=0)

# One image and several; floats, and the base64 that the client asks for by itself
one = ours.embeddings.create(model="production", input=picture, encoding_format="float")
vector = one.data[0].embedding
assert one.model == "shapes@1" and one.usage.total_tokens == 0, one
assert len(vector) == 32 and abs(math.hypot(*vector) - 1) < 1e-5, vector
several = ours.embeddings.create(model="shapes@1", input=[picture, "data:image/png;base64," + picture])
assert [each.index for each in several.data] == [0, 1]
for each in several.data:
    assert max(abs(a - b) for a, b in zip(each.embedding, vector, strict=True)) < 1e-6
same = ours.embeddings.create(model="shapes@1", input=[picture], dimensions=32)
assert len(same.data[0].embedding) == 32

# Models
models = {model.id: model for model in ours.models.list()}
assert set(models) == {"shapes@1", "shapes@2"}, models
assert models["shapes@1"].owned_by == "lookalike" and models["shapes@1"].object == "model"
assert ours.models.retrieve("production").id == "shapes@1"

# Errors
create = ours.embeddings.create
refused(openai.NotFoundError, "not_found", "model", lambda: create(model="none", input=picture))
refused(openai.NotFoundError, "not_found", "model", lambda: ours.models.retrieve("none"))
refused(
    openai.BadRequestError, "invalid_image", "input[1]",
    lambda: create(model="shapes", input=[picture, "AAAA"]),
)
refused(
    openai.BadRequestError, "invalid_input", "dimensions",
    lambda: create(model="shapes", input=picture, dimensions=8),
)
refused(openai.ConflictError, "conflict", "model", lambda: ours.models.delete("shapes@1"))
