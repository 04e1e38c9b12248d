import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { floatsOf, toBase64 } from "../../routes/client/base64.ts";
import { imageText } from "../../routes/client/image_source.ts";

Deno.test("client: bytes become the base64 that the runtime's own writes, of any length", () => {
  const bytes = fc.uint8Array({ maxLength: 20_000, size: "max" });
  fc.assert(fc.property(bytes, (bytes) => assertEquals(toBase64(bytes), bytes.toBase64())));
});

Deno.test("client: an embedding comes back bit by bit", () => {
  fc.assert(fc.property(fc.float32Array(), (vector) => {
    assertEquals(floatsOf(new Uint8Array(vector.buffer).toBase64()), vector);
  }));
});

Deno.test("client: an image is the same in each way to hold it; a text and an address stay", async () => {
  const whole = new Uint8Array([1, 2, 3, 4, 5]);
  const part = whole.subarray(1, 4); // not all that its buffer has
  for (const source of [part, part.slice().buffer, new Blob([part]), new File([part], "a.png")]) {
    assertEquals(await imageText(source), "AgME");
  }
  assertEquals(await imageText("data:image/png;base64,AgME"), "data:image/png;base64,AgME");
  assertEquals(await imageText(new URL("https://example.org/a.png")), "https://example.org/a.png");
});
