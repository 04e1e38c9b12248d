import { assertEquals, assertThrows } from "@std/assert";
import { frame, frameHead, HEAD_BYTES, readRefusal } from "../../src/image/frames.ts";

Deno.test("a frame is its head, then what follows", () => {
  const bytes = frame([5, 2 ** 32 - 1, 0, 7], Uint8Array.of(1, 2), Uint8Array.of(3, 4, 5));
  assertEquals(frameHead(bytes), [5, 2 ** 32 - 1, 0, 7]);
  assertEquals([...bytes.subarray(HEAD_BYTES)], [1, 2, 3, 4, 5]);
});

Deno.test("of a refusal only what an image can be refused for is believed", () => {
  const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
  const error = readRefusal(json({ code: "damaged", message: "It is cut short." }));
  assertEquals([error.code, error.message], ["damaged", "It is cut short."]);
  for (
    const value of [
      { code: "internal", message: "x" },
      { code: "damaged", message: 1 },
      {},
      null,
      7,
    ]
  ) {
    assertThrows(() => readRefusal(json(value)), Error);
  }
  assertThrows(() => readRefusal(Uint8Array.of(0xff, 0x00)), Error);
});
