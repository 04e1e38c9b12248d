/** TensorFlow's numbers for the element types that Lookalike meets (`TF_DataType`). */
export const DType = {
  FLOAT: 1,
  INT32: 3,
  UINT8: 4,
  STRING: 7,
  COMPLEX64: 8,
  INT64: 9,
  BOOL: 10,
  BFLOAT16: 14,
  HALF: 19,
  RESOURCE: 20,
} as const;

/** Bytes an element, for the types of fixed width. */
export const BYTES_PER_ELEMENT: Readonly<Record<number, number>> = {
  [DType.FLOAT]: 4,
  [DType.INT32]: 4,
  [DType.UINT8]: 1,
  [DType.COMPLEX64]: 8,
  [DType.INT64]: 8,
  [DType.BOOL]: 1,
  [DType.BFLOAT16]: 2,
  [DType.HALF]: 2,
};

const NAMES: Readonly<Record<number, string>> = Object.fromEntries(
  Object.entries(DType).map(([name, dtype]) => [dtype, name.toLowerCase()]),
);

/**
 * The name of an element type, for messages.
 *
 * @param dtype A `TF_DataType`.
 * @returns Such as `float` or `uint8`.
 */
export function dtypeName(dtype: number): string {
  return NAMES[dtype] ?? `type ${dtype}`;
}
