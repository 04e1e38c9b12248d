import { LookalikeError } from "../errors.ts";
import {
  type AttributeSetters,
  AttributeType,
  eagerSetters,
  type OpAttribute,
  setAttribute,
} from "./attributes.ts";
import { type CApi, cString, textAt } from "./c_api.ts";
import { DType, dtypeName } from "./dtypes.ts";
import { needsCopy, newTensor, takeValues, type Values } from "./native_tensors.ts";
import { type OpDefinition, readOpDefinitions } from "./op_definitions.ts";
import { reconcile } from "./precision.ts";
import { FIRST_SYMBOL, type Recorder, type TensorMetadata } from "./recorder.ts";
import { newStatus, type Status } from "./status.ts";

/** A function that TensorFlow keeps, ready to be called as one op. */
export interface NativeFunction {
  name: string;
  outputs: number;
  /** A `ConfigProto`. Without one, even empty, TensorFlow leaves the graph unoptimised. */
  config: Uint8Array<ArrayBuffer>;
}

/** More outputs than any single op of TensorFlow.js has. */
const MOST_OP_OUTPUTS = 64;

/**
 * What TensorFlow.js's node kernels call (`TFJSBinding`), on TensorFlow's C library.
 *
 * Tensors are numbered; a number stands for a `TFE_TensorHandle`. While {@linkcode recorder} is set,
 * ops are recorded instead of run.
 */
export class Binding {
  // The names below are those that the kernels look for.
  readonly TF_FLOAT = DType.FLOAT;
  readonly TF_INT32 = DType.INT32;
  readonly TF_INT64 = DType.INT64;
  readonly TF_UINT8 = DType.UINT8;
  readonly TF_BOOL = DType.BOOL;
  readonly TF_STRING = DType.STRING;
  readonly TF_COMPLEX64 = DType.COMPLEX64;
  readonly TF_RESOURCE = DType.RESOURCE;
  readonly TF_ATTR_STRING = AttributeType.STRING;
  readonly TF_ATTR_INT = AttributeType.INT;
  readonly TF_ATTR_FLOAT = AttributeType.FLOAT;
  readonly TF_ATTR_BOOL = AttributeType.BOOL;
  readonly TF_ATTR_TYPE = AttributeType.TYPE;
  readonly TF_ATTR_SHAPE = AttributeType.SHAPE;
  readonly TF_ATTR_RESOURCE = DType.RESOURCE;
  readonly TF_Version: string;

  /** Takes ops over while a function is traced. */
  recorder: Recorder | null = null;
  /** The number of the next tensor of a graph; no two traces share one, so that leftovers show. */
  nextSymbol: number = FIRST_SYMBOL;

  private readonly status: Status;
  private readonly setters: AttributeSetters;
  private readonly handles = new Map<number, bigint>();
  /** Which of them are bfloat16; empty in ordinary work, so that ops pay nothing for it. */
  private readonly low = new Set<number>();
  private readonly results = new BigUint64Array(MOST_OP_OUTPUTS);
  private readonly resultCount = new Int32Array(1);
  private definitions: Map<string, OpDefinition> | undefined;
  private next = 0;

  /**
   * @param api The C API.
   * @param context A `TFE_Context*`, kept until the process ends.
   * @param device The device that ops run on.
   */
  constructor(
    readonly api: CApi,
    readonly context: bigint,
    readonly device: { name: string; type: string },
  ) {
    this.status = newStatus(api);
    this.setters = eagerSetters(api, this.status);
    this.TF_Version = textAt(api.runtime.TF_Version());
  }

  /** Whether ops run on a GPU. */
  isUsingGpuDevice(): boolean {
    return this.device.type === "GPU";
  }

  /** How many tensors TensorFlow holds for us. */
  getNumOfTensors(): number {
    return this.handles.size;
  }

  /** Saved models are not served: there are none. */
  getNumOfSavedModels(): number {
    return 0;
  }

  /** The definition of an op; throws `internal` if the library has no such op. */
  definition(name: string): OpDefinition {
    this.definitions ??= readOpDefinitions(this.api);
    const definition = this.definitions.get(name);
    if (definition) return definition;
    throw new LookalikeError(
      "internal",
      `Cannot run ${name} as TensorFlow ${this.TF_Version} has no such op.`,
    );
  }

  /** Copies values to the device; returns the tensor's number. */
  createTensor(shape: ArrayLike<number>, dtype: number, values: Values): number {
    const c = this.api.runtime;
    const tensor = newTensor(this.api, { shape, dtype, values });
    let handle = c.TFE_NewTensorHandle(tensor, this.status.pointer);
    this.api.framework.TF_DeleteTensor(tensor);
    this.status.check("Cannot make a tensor");
    if (dtype === DType.STRING && needsCopy(values as Uint8Array[])) {
      handle = this.copyTexts(handle);
    }
    // Kernels on the GPU take int32 and strings from the host: shapes, axes, file contents.
    if (this.isUsingGpuDevice() && dtype !== DType.INT32 && dtype !== DType.STRING) {
      const host = handle;
      handle = c.TFE_TensorHandleCopyToDevice(
        host,
        this.context,
        cString(this.device.name),
        this.status.pointer,
      );
      c.TFE_DeleteTensorHandle(host);
      this.status.check("Cannot copy a tensor to the GPU");
    }
    const id = this.adopt(handle);
    this.recorder?.created(id, { shape, dtype, values });
    return id;
  }

  /** Lets go of a tensor. */
  deleteTensor(id: number): void {
    if (id >= FIRST_SYMBOL) return; // its graph owns it
    this.api.runtime.TFE_DeleteTensorHandle(this.handle(id, "delete it"));
    this.handles.delete(id);
    this.low.delete(id);
  }

  /** The values of a tensor, waiting for the device on this thread. */
  tensorDataSync(id: number): Values {
    const known = this.readRecorded(id);
    if (known) return known;
    const handle = this.handle(id, "read it");
    const tensor = this.api.runtime.TFE_TensorHandleResolve(handle, this.status.pointer);
    this.status.check("Cannot read a tensor");
    return takeValues(this.api, tensor, this.api.runtime.TFE_TensorHandleDataType(handle));
  }

  /** The values of a tensor, waiting for the device on another thread. */
  async tensorData(id: number): Promise<Values> {
    const known = this.readRecorded(id);
    if (known) return known;
    const handle = this.share(id); // the tensor may be disposed while we wait
    const status = newStatus(this.api); // a status serves one thread
    try {
      const tensor = await this.api.runtime.resolveOffThread(handle, status.pointer);
      status.check("Cannot read a tensor");
      return takeValues(this.api, tensor, this.api.runtime.TFE_TensorHandleDataType(handle));
    } finally {
      status.delete();
      this.api.runtime.TFE_DeleteTensorHandle(handle);
    }
  }

  /** Runs an op, or records it; `outputs` says how many results it has. */
  executeOp(
    name: string,
    attributes: OpAttribute[],
    inputs: number[],
    outputs: number,
  ): TensorMetadata[] {
    if (this.recorder) return this.recorder.record({ name, attributes, inputs, outputs });
    const casts: number[] = [];
    if (this.low.size > 0 && inputs.some((id) => this.low.has(id))) {
      ({ attributes, inputs } = this.settle({ name, attributes, inputs }, casts));
    }
    const c = this.api.runtime;
    const op = this.newOp(name);
    try {
      for (const id of inputs) this.addInput(op, this.handle(id, `run ${name}`));
      for (const attribute of attributes) setAttribute(this.setters, op, attribute);
      this.resultCount[0] = MOST_OP_OUTPUTS; // the op writes how many it has
      c.TFE_Execute(op, this.results, this.resultCount, this.status.pointer);
      this.status.check(`Cannot run ${name}`);
    } finally {
      c.TFE_DeleteOp(op);
      for (const id of casts) this.deleteTensor(id);
    }
    const results = this.results.slice(0, this.resultCount[0]);
    for (const unasked of results.subarray(outputs)) c.TFE_DeleteTensorHandle(unasked);
    return Array.from(results.subarray(0, outputs), (result) => this.meet(result));
  }

  /** Runs a function off this thread; handles in, tensors out. The handles are held until then. */
  async executeFunction(target: NativeFunction, inputs: bigint[]): Promise<TensorMetadata[]> {
    const c = this.api.runtime;
    const op = this.newOp(target.name);
    const status = newStatus(this.api);
    const results = new BigUint64Array(Math.max(1, target.outputs));
    const count = Int32Array.of(target.outputs);
    try {
      for (const handle of inputs) this.addInput(op, handle);
      setAttribute(this.setters, op, {
        name: "config_proto",
        type: AttributeType.STRING,
        value: target.config,
      });
      await c.executeOffThread(op, results, count, status.pointer);
      status.check(`Cannot run the compiled function ${target.name}`);
    } finally {
      c.TFE_DeleteOp(op);
      status.delete();
    }
    return Array.from(results.subarray(0, target.outputs), (result) => this.meet(result));
  }

  /** The true element type of a tensor: uint8 and bfloat16 are told to TensorFlow.js as others. */
  dtypeOf(id: number): number {
    if (id >= FIRST_SYMBOL) return this.recorded(id).dtypeOf(id);
    return this.api.runtime.TFE_TensorHandleDataType(this.handle(id, "name its type"));
  }

  /** The shape of a real tensor. */
  shapeOf(id: number): number[] {
    return this.shape(this.handle(id, "name its shape"));
  }

  /** A second handle of the same tensor, which the caller deletes. */
  share(id: number): bigint {
    const handle = this.handle(id, "share it");
    const copy = this.api.runtime.TFE_TensorHandleCopySharingTensor(handle, this.status.pointer);
    this.status.check("Cannot share a tensor");
    return copy;
  }

  /** The handle behind a number; `doing` ends the sentence if there is none. */
  handle(id: number, doing: string): bigint {
    const handle = this.handles.get(id);
    if (handle !== undefined) return handle;
    throw new LookalikeError(
      "internal",
      `Cannot ${doing} as tensor ${id} is not there: it was disposed.`,
    );
  }

  /** The same texts in memory of TensorFlow's: StringJoin writes new ones, also of a single input. */
  private copyTexts(handle: bigint): bigint {
    const op = this.newOp("StringJoin");
    this.addInput(op, handle);
    setAttribute(this.setters, op, { name: "N", type: AttributeType.INT, value: 1 });
    this.resultCount[0] = 1;
    this.api.runtime.TFE_Execute(op, this.results, this.resultCount, this.status.pointer);
    this.api.runtime.TFE_DeleteOp(op);
    this.api.runtime.TFE_DeleteTensorHandle(handle);
    this.status.check("Cannot copy texts");
    return this.results[0];
  }

  private readRecorded(id: number): Values | null {
    return id >= FIRST_SYMBOL ? this.recorded(id).read(id) : this.recorder?.read(id) ?? null;
  }

  private recorded(id: number): Recorder {
    if (this.recorder) return this.recorder;
    throw new LookalikeError(
      "not_traceable",
      `Cannot use tensor ${id} as it belongs to a trace that has ended: ` +
        "return it from the compiled function, or assign it to a variable.",
    );
  }

  /** Casts inputs as {@linkcode reconcile} has it; the casts are noted for deletion. */
  private settle(
    call: { name: string; attributes: OpAttribute[]; inputs: number[] },
    casts: number[],
  ): { attributes: OpAttribute[]; inputs: number[] } {
    const given = call.inputs.map((id) => this.dtypeOf(id));
    const { attributes, dtypes } = reconcile(call.name, this.definition(call.name), {
      attributes: call.attributes,
      dtypes: given,
    });
    const inputs = call.inputs.map((id, index) => {
      if (dtypes[index] === given[index]) return id;
      const cast = this.executeOp("Cast", castAttributes(given[index], dtypes[index]), [id], 1)[0];
      casts.push(cast.id);
      return cast.id;
    });
    return { attributes, inputs };
  }

  private newOp(name: string): bigint {
    const op = this.api.runtime.TFE_NewOp(this.context, cString(name), this.status.pointer);
    this.status.check(`Cannot run ${name}`);
    if (this.isUsingGpuDevice()) {
      this.api.runtime.TFE_OpSetDevice(op, cString(this.device.name), this.status.pointer);
      this.status.check(`Cannot run ${name} on ${this.device.name}`);
    }
    return op;
  }

  private addInput(op: bigint, handle: bigint): void {
    this.api.runtime.TFE_OpAddInput(op, handle, this.status.pointer);
    this.status.check("Cannot add an input");
  }

  private adopt(handle: bigint): number {
    const id = this.next++;
    this.handles.set(id, handle);
    return id;
  }

  private meet(handle: bigint): TensorMetadata {
    const id = this.adopt(handle);
    const dtype = this.api.runtime.TFE_TensorHandleDataType(handle);
    if (dtype === DType.BFLOAT16) this.low.add(id);
    return { id, shape: this.shape(handle), dtype: toldType(dtype) };
  }

  private shape(handle: bigint): number[] {
    const c = this.api.runtime;
    const rank = c.TFE_TensorHandleNumDims(handle, this.status.pointer);
    this.status.check("Cannot read a shape");
    const shape = new Array<number>(rank);
    for (let axis = 0; axis < rank; axis++) {
      shape[axis] = Number(c.TFE_TensorHandleDim(handle, axis, this.status.pointer));
    }
    return shape;
  }
}

/**
 * The type that TensorFlow.js is told: it does not know bfloat16 and takes it for float32.
 *
 * @param dtype The true `TF_DataType`.
 * @returns The one to tell.
 */
export function toldType(dtype: number): number {
  if (dtype === DType.HALF) {
    throw new LookalikeError(
      "internal",
      `Cannot hand on a ${dtypeName(dtype)} tensor: use bfloat16.`,
    );
  }
  return dtype === DType.BFLOAT16 ? DType.FLOAT : dtype;
}

/**
 * The attributes of a Cast.
 *
 * @param from The `TF_DataType` that comes in.
 * @param to The one that goes out.
 * @returns The attributes.
 */
export function castAttributes(from: number, to: number): OpAttribute[] {
  return [
    { name: "SrcT", type: AttributeType.TYPE, value: from },
    { name: "DstT", type: AttributeType.TYPE, value: to },
    { name: "Truncate", type: AttributeType.BOOL, value: false },
  ];
}
