import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { type Field, type Message, readFields, writeFields } from "../src/protobuf.ts";

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
  const long = new Uint8Array(300_000).fill(9);
  const outer = writeFields([[3, [[1, 7], [2, "GPU"], [5, []]]], [4, [[1, [[1, long]]]]]]);
  const [[, message], [, deep]] = readFields(outer);
  const text = new TextEncoder().encode("GPU");
  assertEquals([...readFields(message as Uint8Array)], [[1, 7], [2, text], [5, new Uint8Array()]]);
  const [[, inner]] = readFields(deep as Uint8Array);
  assertEquals([...readFields(inner as Uint8Array)], [[1, long]]);
});

Deno.test("a message written inside equals one that was written first", () => {
  const nested = fc.letrec<{ message: Message }>((tie) => ({
    message: fc.array(fc.tuple(number, fc.oneof(fc.maxSafeNat(), fc.string(), tie("message")))),
  })).message;
  const inSteps = (message: Message): Uint8Array =>
    writeFields(message.map(([at, value]) => [at, Array.isArray(value) ? inSteps(value) : value]));
  fc.assert(fc.property(nested, (message) => {
    assertEquals(writeFields(message), inSteps(message));
  }));
});

Deno.test("the bytes are those of Google's documentation of the encoding", () => {
  // protobuf.dev/programming-guides/encoding: Test1 { a: 150 }, Test2 { b: "testing" }, Test3
  const bytes = (text: string) => Uint8Array.from(text.split(" "), (byte) => parseInt(byte, 16));
  assertEquals(writeFields([[1, 150]]), bytes("08 96 01"));
  assertEquals(
    writeFields([[2, "testing"]]),
    bytes("12 07 74 65 73 74 69 6e 67"),
  );
  assertEquals(writeFields([[3, [[1, 150]]]]), bytes("1a 03 08 96 01"));
  assertEquals(writeFields([[1, { double: -2.5 }]]), bytes("09 00 00 00 00 00 00 04 c0"));
  assertEquals(writeFields([]), new Uint8Array());
});

Deno.test("fields of 64 bits are passed over, those of 32 bits are bytes", () => {
  const fixed64 = [0x09, 1, 2, 3, 4, 5, 6, 7, 8]; // field 1, kind 1
  const message = Uint8Array.of(...fixed64, ...writeFields([[3, 300], [2, { float: -2.5 }]]));
  // -2.5 is -1.25 · 2¹: sign 1, exponent 127 + 1, fraction .25
  assertEquals([...readFields(message)], [[3, 300], [2, Uint8Array.of(0, 0, 0x20, 0xc0)]]);
});
