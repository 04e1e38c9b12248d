import { LookalikeError } from "../errors.ts";
import { type CApi, cString } from "./c_api.ts";
import type { Status } from "./status.ts";

/** An attribute of an op as TensorFlow.js's kernels give it. */
export interface OpAttribute {
  name: string;
  /** One of {@linkcode AttributeType}. */
  type: number;
  value: unknown;
}

/** The kinds of attribute, numbered as in TensorFlow.js's binding (`TF_AttrType`). */
export const AttributeType = { STRING: 0, INT: 1, FLOAT: 2, BOOL: 3, TYPE: 4, SHAPE: 5 } as const;

type Bytes = Uint8Array<ArrayBuffer>;
type Words = BigUint64Array<ArrayBuffer>;

/** The setters of one side of the C API: of an eager op, or of an operation of a graph. */
export interface AttributeSetters {
  string(op: bigint, name: Bytes, value: Bytes, length: bigint): void;
  int(op: bigint, name: Bytes, value: bigint): void;
  float(op: bigint, name: Bytes, value: number): void;
  bool(op: bigint, name: Bytes, value: number): void;
  type(op: bigint, name: Bytes, value: number): void;
  shape(op: bigint, name: Bytes, dims: BigInt64Array<ArrayBuffer>, rank: number): void;
  stringList(op: bigint, name: Bytes, pointers: Words, lengths: Words, count: number): void;
  intList(op: bigint, name: Bytes, values: BigInt64Array<ArrayBuffer>, count: number): void;
  floatList(op: bigint, name: Bytes, values: Float32Array<ArrayBuffer>, count: number): void;
  boolList(op: bigint, name: Bytes, values: Bytes, count: number): void;
  typeList(op: bigint, name: Bytes, values: Int32Array<ArrayBuffer>, count: number): void;
}

/**
 * The setters for an op that runs at once (`TFE_Op`).
 *
 * @param api The C API.
 * @param status Where an error is left.
 * @returns The setters.
 */
export function eagerSetters(api: CApi, status: Status): AttributeSetters {
  const c = api.runtime;
  return {
    string: c.TFE_OpSetAttrString,
    int: c.TFE_OpSetAttrInt,
    float: c.TFE_OpSetAttrFloat,
    bool: c.TFE_OpSetAttrBool,
    type: c.TFE_OpSetAttrType,
    shape(op, name, dims, rank) {
      c.TFE_OpSetAttrShape(op, name, dims, rank, status.pointer);
      status.check("Cannot set a shape");
    },
    stringList: c.TFE_OpSetAttrStringList,
    intList: c.TFE_OpSetAttrIntList,
    floatList: c.TFE_OpSetAttrFloatList,
    boolList: c.TFE_OpSetAttrBoolList,
    typeList: c.TFE_OpSetAttrTypeList,
  };
}

/**
 * The setters for an operation of a graph (`TF_OperationDescription`).
 *
 * @param api The C API.
 * @returns The setters.
 */
export function graphSetters(api: CApi): AttributeSetters {
  const c = api.runtime;
  return {
    string: c.TF_SetAttrString,
    int: c.TF_SetAttrInt,
    float: c.TF_SetAttrFloat,
    bool: c.TF_SetAttrBool,
    type: c.TF_SetAttrType,
    shape: c.TF_SetAttrShape,
    stringList: c.TF_SetAttrStringList,
    intList: c.TF_SetAttrIntList,
    floatList: c.TF_SetAttrFloatList,
    boolList: c.TF_SetAttrBoolList,
    typeList: c.TF_SetAttrTypeList,
  };
}

/**
 * Sets one attribute.
 *
 * @param setters Of the side that `op` is on.
 * @param op A `TFE_Op*` or `TF_OperationDescription*`.
 * @param attribute Its name, kind and value; an array makes a list of the kind.
 * @throws {LookalikeError} `internal` if the kind is not one of the six.
 */
export function setAttribute(
  setters: AttributeSetters,
  op: bigint,
  attribute: OpAttribute,
): void {
  const name = cString(attribute.name);
  if (Array.isArray(attribute.value) && attribute.type !== AttributeType.SHAPE) {
    return setList(setters, op, { name, type: attribute.type, values: attribute.value });
  }
  const value = attribute.value;
  switch (attribute.type) {
    case AttributeType.STRING: {
      const bytes = textBytes(value as string | Bytes);
      return setters.string(op, name, bytes, BigInt(bytes.length));
    }
    case AttributeType.INT:
      return setters.int(op, name, BigInt(Math.trunc(value as number))); // tf.multinomial's seed
    case AttributeType.FLOAT:
      return setters.float(op, name, value as number);
    case AttributeType.BOOL:
      return setters.bool(op, name, value ? 1 : 0);
    case AttributeType.TYPE:
      return setters.type(op, name, value as number);
    case AttributeType.SHAPE:
      return setters.shape(op, name, int64s(value as number[]), (value as number[]).length);
    default:
      throw new LookalikeError(
        "internal",
        `Cannot set the attribute ${attribute.name} as its kind must be 0 to 5: it is ${attribute.type}.`,
      );
  }
}

function setList(
  setters: AttributeSetters,
  op: bigint,
  list: { name: Bytes; type: number; values: unknown[] },
): void {
  const { name, type, values } = list;
  const count = values.length;
  if (type === AttributeType.INT) {
    return setters.intList(op, name, int64s(values as number[]), count);
  }
  if (type === AttributeType.FLOAT) {
    return setters.floatList(op, name, Float32Array.from(values as number[]), count);
  }
  if (type === AttributeType.BOOL) {
    return setters.boolList(op, name, Uint8Array.from(values as number[], Number), count);
  }
  if (type === AttributeType.TYPE) {
    return setters.typeList(op, name, Int32Array.from(values as number[]), count);
  }
  const texts = values.map((value) => textBytes(value as string));
  const pointers = BigUint64Array.from(
    texts,
    (bytes) => BigInt(Deno.UnsafePointer.value(Deno.UnsafePointer.of(bytes))),
  );
  const lengths = BigUint64Array.from(texts, (bytes) => BigInt(bytes.length));
  setters.stringList(op, name, pointers, lengths, count);
}

/**
 * Whole numbers as C's `int64_t`.
 *
 * @param values Such as the dimensions of a shape.
 * @returns The same numbers.
 */
export function int64s(values: ArrayLike<number>): BigInt64Array<ArrayBuffer> {
  return BigInt64Array.from(values as number[], BigInt);
}

const textValues = new Map<string, Bytes>();

function textBytes(value: string | Bytes): Bytes {
  if (typeof value !== "string") return value;
  let bytes = textValues.get(value);
  if (!bytes) textValues.set(value, bytes = new TextEncoder().encode(value) as Bytes);
  return bytes;
}
