import { assert, assertEquals, assertThrows } from "@std/assert";
import { LookalikeError } from "../../../src/errors.ts";
import { checkParts, createJsonCounter } from "../../../routes/edge/structure.ts";
import { startService } from "../service.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

function countInPieces(text: string): void {
  const count = createJsonCounter();
  const all = bytes(text);
  for (let at = 0; at < all.length; at += 10_000) count(all.subarray(at, at + 10_000));
}

Deno.test("structure: JSON that is dear to parse is refused, whatever it is dear for", () => {
  const vectors = `[${Array(128).fill(`[${"0.5,".repeat(16_383)}0.5]`).join()}]`;
  countInPieces(`{"items":${vectors}}`); // the largest upsert
  countInPieces(`"${"A".repeat(5_000_000)}"`);
  const dear = [
    `[${'"",'.repeat(4_000_001)}""]`,
    `{${'"a":1,'.repeat(100_001)}}`,
    "[".repeat(100_001),
    '{"a":'.repeat(50_001),
  ];
  for (const text of dear) {
    const error = assertThrows(() => countInPieces(text), LookalikeError) as LookalikeError;
    assertEquals(error.code, "too_large");
  }
});

Deno.test("structure: a form of too many parts is refused, however its boundary is written", () => {
  const form = (count: number) => bytes("--b\r\n\r\n\r\n".repeat(count) + "--b--\r\n");
  for (
    const type of ["multipart/form-data; boundary=b", 'multipart/form-data; boundary="b"; a=1']
  ) {
    checkParts(form(5), { type, most: 5 });
    assertThrows(() => checkParts(form(6), { type, most: 5 }), LookalikeError, "at most 5 parts");
  }
});

Deno.test("structure: the service refuses both with 413", async () => {
  await using service = await startService({ limits: { maxImages: 2 } });
  const send = async (type: string, body: string) => {
    const init = { method: "POST", headers: { "Content-Type": type }, body };
    const response = await service.ask("/v1/embeddings", init);
    await response.body?.cancel();
    return response.status;
  };
  assertEquals(await send("application/json", "[".repeat(100_001)), 413);
  const part = '--b\r\nContent-Disposition: form-data; name="input"; filename="a"\r\n\r\n\r\n';
  assertEquals(await send("multipart/form-data; boundary=b", part.repeat(30) + "--b--\r\n"), 413);
});

Deno.test("structure: JSON as deep as may be overflows no stack, and deeper is not parsed", async () => {
  await using service = await startService({ limits: { maxBodyBytes: 2e7, maxBodiesBytes: 1e8 } });
  const lists = "[".repeat(99_000) + "]".repeat(99_000);
  const objects = '{"a":'.repeat(45_000) + "1" + "}".repeat(45_000);
  const operations = [
    ["POST", "/v1/embeddings", "input"],
    ["POST", "/v1/keys", "scopes"],
    ["POST", "/v1/collections/c/search", "filter"],
    ["POST", "/v1/collections", "name"],
    ["PUT", "/v1/collections/c/items", "items"],
  ];
  const start = performance.now();
  for (const [method, path, field] of operations) {
    const send = async (body: string) => {
      const headers = { "Content-Type": "application/json" };
      const response = await service.ask(path, { method, headers, body });
      await response.body?.cancel();
      return response.status;
    };
    for (const body of [lists, objects, `{"${field}":${lists}}`, `{"${field}":${objects}}`]) {
      assertEquals(await send(body), 400, `${path} ${body.slice(0, 20)}`);
    }
    assertEquals(await send("[".repeat(1e7)), 413, path);
  }
  assert(performance.now() - start < 30_000); // what is not linear in the depth would take minutes
});
