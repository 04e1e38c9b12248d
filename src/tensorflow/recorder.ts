import type { OpAttribute } from "./attributes.ts";
import type { Values } from "./native_tensors.ts";

/** What the binding says of a tensor: its number, shape, and the type that TensorFlow.js is told. */
export interface TensorMetadata {
  id: number;
  shape: number[];
  dtype: number;
}

/** Numbers from here on name tensors of a graph that is being recorded; those below, real ones. */
export const FIRST_SYMBOL = 0x4000_0000;

/** Takes the ops that the binding would run, while a function is traced. */
export interface Recorder {
  /** Records an op instead of running it. */
  record(call: RecordedCall): TensorMetadata[];
  /** A tensor was made from JavaScript's values during the trace: it is a constant of the graph. */
  created(id: number, init: { shape: ArrayLike<number>; dtype: number; values: Values }): void;
  /**
   * A value is wanted. That of a constant is known; null says that the tensor is a real one, which
   * may be read; any other cannot be had while tracing and throws.
   */
  read(id: number): Values | null;
  /** The true element type of a recorded tensor. */
  dtypeOf(id: number): number;
}

/** An op as TensorFlow.js's kernels call it. */
export interface RecordedCall {
  name: string;
  attributes: OpAttribute[];
  inputs: number[];
  outputs: number;
}
