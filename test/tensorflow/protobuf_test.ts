import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Field, readFields, writeFields } from "../../src/tensorflow/protobuf.ts";

const number = fc.integer({ min: 1, max: 2 ** 29 - 1 }); // what the format allows
const field: fc.Arbitrary<Field> = fc.tuple(
  number,
  fc.oneof(fc.maxSafeNat(), fc.uint8Array({ maxLength: 300 })),
);

Deno.test("fields come back as they were written", () => {
  fc.assert(fc.property(fc.array(field), (fields) => {
    assertEquals([...readFields(writeFields(fields))], fields);
  }));
});

Deno.test("messages within messages come back, also long ones", () => {
  const inner: Field[] = [[1, 7], [2, new TextEncoder().encode("GPU")]];
  const outer = writeFields([[3, writeFields(inner)], [4, new Uint8Array(300_000).fill(9)]]);
  const [[, message], [, long]] = readFields(outer);
  assertEquals([...readFields(message as Uint8Array)], inner);
  assertEquals((long as Uint8Array).length, 300_000);
});

Deno.test("the bytes are those of Google's documentation of the encoding", () => {
  // protobuf.dev/programming-guides/encoding: Test1 { a: 150 }, Test2 { b: "testing" }, Test3
  const bytes = (text: string) => Uint8Array.from(text.split(" "), (byte) => parseInt(byte, 16));
  assertEquals(writeFields([[1, 150]]), bytes("08 96 01"));
  assertEquals(
    writeFields([[2, new TextEncoder().encode("testing")]]),
    bytes("12 07 74 65 73 74 69 6e 67"),
  );
  assertEquals(writeFields([[3, writeFields([[1, 150]])]]), bytes("1a 03 08 96 01"));
  assertEquals(writeFields([]), new Uint8Array());
});

Deno.test("fields of fixed width are passed over", () => {
  const fixed64 = [0x09, 1, 2, 3, 4, 5, 6, 7, 8]; // field 1, kind 1
  const fixed32 = [0x15, 1, 2, 3, 4]; // field 2, kind 5
  const message = Uint8Array.of(...fixed64, ...writeFields([[3, 300]]), ...fixed32, 0x20, 5);
  assertEquals([...readFields(message)], [[3, 300], [4, 5]]);
});
