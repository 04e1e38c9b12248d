import { assertEquals } from "@std/assert";

/**
 * A caller of the service that says what it expects.
 *
 * @param url Where the service is.
 * @param key Sent with each request, if there is one.
 * @returns `fetch` for any answer, `ok` for the JSON of a success, `send` for status and JSON.
 */
export function createApi(url: string, key?: string) {
  const call = (method: string, path: string, body?: unknown, headers?: Record<string, string>) =>
    fetch(`${url}${path}`, {
      method,
      headers: {
        ...headers,
        ...(key === undefined ? {} : { Authorization: `Bearer ${key}` }),
        ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  // deno-lint-ignore no-explicit-any -- a test says what it expects of the answer
  const send = async (method: string, path: string, body?: unknown): Promise<any> => {
    const response = await call(method, path, body);
    return { status: response.status, body: await response.json() };
  };
  return {
    fetch: call,
    send,
    // deno-lint-ignore no-explicit-any -- as above
    async ok(method: string, path: string, body?: unknown): Promise<any> {
      const answer = await send(method, path, body);
      assertEquals(answer.status, 200, `${method} ${path}: ${JSON.stringify(answer.body)}`);
      return answer.body;
    },
  };
}
