import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  decodeSafetensors,
  encodeSafetensors,
  type NamedTensors,
  type StoredTensor,
} from "../../src/encoders/safetensors.ts";
import { LookalikeError } from "../../src/errors.ts";

/** The bytes of a file with this header and so many bytes of data. */
function fileOf(header: unknown, dataBytes = 0): Uint8Array {
  const text = typeof header === "string" ? header : JSON.stringify(header);
  const bytes = new TextEncoder().encode(text);
  const file = new Uint8Array(8 + bytes.length + dataBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(bytes.length), true);
  file.set(bytes, 8);
  return file;
}

function bytesOf({ data }: StoredTensor): Uint8Array {
  return new Uint8Array(data.buffer, data.byteOffset, data.byteLength);
}

const f32 = (begin: number, end: number, shape = [(end - begin) / 4]) => ({
  dtype: "F32",
  shape,
  data_offsets: [begin, end],
});

const storedTensor: fc.Arbitrary<StoredTensor> = fc
  .record({
    dtype: fc.constantFrom("float32" as const, "int32" as const, "uint8" as const),
    shape: fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }),
    seed: fc.infiniteStream(fc.integer({ min: 0, max: 255 })),
  })
  .map(({ dtype, shape, seed }) => {
    const width = dtype === "uint8" ? 1 : 4;
    const bytes = new Uint8Array(shape.reduce((product, length) => product * length, width));
    for (let at = 0; at < bytes.length; at++) bytes[at] = seed.next().value!;
    const array = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array }[dtype];
    return { dtype, shape, data: new array(bytes.buffer) };
  });

Deno.test("safetensors: any tensors come back bit for bit, whatever their names", () => {
  const named = fc.dictionary(fc.string({ unit: "binary" }), storedTensor, { maxKeys: 6 });
  fc.assert(fc.property(named, (record) => {
    delete record.__metadata__;
    const tensors: NamedTensors = new Map(Object.entries(record));
    const decoded = decodeSafetensors(encodeSafetensors(tensors));
    assertEquals([...decoded.keys()].sort(), [...tensors.keys()].sort());
    for (const [name, tensor] of tensors) {
      assertEquals(decoded.get(name)?.dtype, tensor.dtype);
      assertEquals(decoded.get(name)?.shape, tensor.shape);
      assertEquals(bytesOf(decoded.get(name)!), bytesOf(tensor));
    }
  }));
});

Deno.test("safetensors: a signalling NaN keeps its payload", () => {
  const bits = Uint32Array.of(0x7fa00001, 0xffc12345, 0x80000000, 0x00000001);
  const data = new Float32Array(bits.buffer);
  const file = encodeSafetensors(new Map([["x", { dtype: "float32", shape: [2, 2], data }]]));
  assertEquals(new Uint32Array(decodeSafetensors(file).get("x")!.data.buffer), bits);
});

Deno.test("safetensors: the bytes are a function of the tensors, and the data is aligned", () => {
  const a: StoredTensor = { dtype: "uint8", shape: [3], data: Uint8Array.of(1, 2, 3) };
  const b: StoredTensor = { dtype: "float32", shape: [], data: Float32Array.of(4) };
  const file = encodeSafetensors(new Map([["a", a], ["b", b]]));
  assertEquals(file, encodeSafetensors(new Map([["b", b], ["a", a]])));
  const headerBytes = Number(new DataView(file.buffer).getBigUint64(0, true));
  assertEquals(headerBytes % 8, 0);
  assertEquals(file.length, 8 + headerBytes + 7);
  assertEquals(new DataView(file.buffer).getFloat32(8 + headerBytes, true), 4);
});

Deno.test("safetensors: a file written by the reference implementation reads", () => {
  // safetensors 0.8.0 for Python: save({"w": np.float32([[1, 2]])}, metadata={"format": "np"})
  const file = new TextEncoder().encode(
    'X\0\0\0\0\0\0\0{"__metadata__":{"format":"np"},"w":{"dtype":"F32","shape":[1,2],' +
      '"data_offsets":[0,8]}} \0\0??\0\0\0@',
  );
  file[file.length - 6] = 0x80; // no UTF-8: the 1.0 begins here
  const { shape, data } = decodeSafetensors(file).get("w")!;
  assertEquals([shape, [...data]], [[1, 2], [1, 2]]);
});

Deno.test("safetensors: a tensor whose shape, type and data disagree is not written", () => {
  const refuse = (name: string, tensor: StoredTensor) =>
    assertThrows(() => encodeSafetensors(new Map([[name, tensor]])), LookalikeError, name);
  refuse("w", { dtype: "float32", shape: [3], data: new Float32Array(2) });
  refuse("w", { dtype: "float32", shape: [2], data: new Int32Array(2) });
  refuse("__metadata__", { dtype: "uint8", shape: [1], data: new Uint8Array(1) });
});

const HOSTILE: Record<string, Uint8Array> = {
  "empty": new Uint8Array(0),
  "shorter than a length": new Uint8Array(7),
  "a header past the end": (() => {
    const file = fileOf({});
    file[0] = 200;
    return file;
  })(),
  "a header of 2^63 bytes": Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0x80, 0x7b, 0x7d),
  "a header over the limit": fileOf(`{${" ".repeat(1_000_000)}}`),
  "not JSON": fileOf("{"),
  "not UTF-8": (() => {
    const file = fileOf('{"x":1}');
    file[10] = 0xff;
    return file;
  })(),
  "a list": fileOf([]),
  "null": fileOf("null"),
  "metadata that is no text": fileOf({ __metadata__: { steps: 3 } }),
  "metadata that is a tensor": fileOf({ __metadata__: f32(0, 4) }, 4),
  "a tensor that is null": fileOf({ x: null }),
  "an unknown type": fileOf({ x: { ...f32(0, 4), dtype: "F64" } }, 4),
  "a type of the prototype": fileOf({ x: { ...f32(0, 4), dtype: "constructor" } }, 4),
  "no shape": fileOf({ x: { dtype: "F32", data_offsets: [0, 4] } }, 4),
  "a negative length": fileOf({ x: f32(0, 4, [-1, -1]) }, 4),
  "a fractional length": fileOf({ x: f32(0, 4, [0.5, 2]) }, 4),
  "a shape that overflows": fileOf({ x: f32(0, 4, [2 ** 32, 2 ** 32]) }, 4),
  "a shape that is a text": fileOf('{"x":{"dtype":"F32","shape":"1","data_offsets":[0,4]}}', 4),
  "one offset": fileOf({ x: { dtype: "F32", shape: [1], data_offsets: [0] } }, 4),
  "offsets out of order": fileOf({ x: { dtype: "F32", shape: [1], data_offsets: [4, 0] } }, 4),
  "offsets that are no numbers": fileOf({ x: { ...f32(0, 4), data_offsets: ["0", "4"] } }, 4),
  "too many bytes for its shape": fileOf({ x: f32(0, 8, [1]) }, 8),
  "past the end": fileOf({ x: f32(0, 8) }, 4),
  "overlapping": fileOf({ x: f32(0, 8), y: f32(4, 12) }, 12),
  "a hole": fileOf({ x: f32(0, 4), y: f32(8, 12) }, 12),
  "bytes before the first": fileOf({ x: f32(4, 8) }, 8),
  "bytes after the last": fileOf({ x: f32(0, 4) }, 8),
  "a tensor named twice": fileOf(
    `{"x":${JSON.stringify(f32(0, 4))},"\\u0078":${JSON.stringify(f32(0, 4))}}`,
    4,
  ),
  "a shape named twice": fileOf(
    '{"x":{"dtype":"F32","shape":[1,2],"shape":[2,1],"data_offsets":[0,8]}}',
    8,
  ),
};

for (const [what, file] of Object.entries(HOSTILE)) {
  Deno.test(`safetensors: refused: ${what}`, () => {
    const error = assertThrows(() => decodeSafetensors(file), LookalikeError);
    assertEquals(error.code, "damaged");
  });
}

Deno.test("safetensors: any damage to the header gives tensors or one kind of error", () => {
  const file = encodeSafetensors(
    new Map([
      ["x", { dtype: "float32", shape: [2], data: Float32Array.of(1, 2) }],
      ["y", { dtype: "uint8", shape: [1], data: Uint8Array.of(3) }],
    ]),
  );
  const damage = fc.record({ at: fc.nat(file.length - 1), byte: fc.integer({ min: 0, max: 255 }) });
  fc.assert(fc.property(fc.array(damage, { minLength: 1, maxLength: 3 }), (changes) => {
    const broken = file.slice();
    for (const { at, byte } of changes) broken[at] = byte;
    try {
      decodeSafetensors(broken);
    } catch (error) {
      assertEquals(error instanceof LookalikeError && error.code, "damaged");
    }
  }));
});
