import { LookalikeError } from "../errors.ts";
import {
  type AttributeSetters,
  AttributeType,
  graphSetters,
  type OpAttribute,
  setAttribute,
} from "./attributes.ts";
import { type Binding, castAttributes, toldType } from "./binding.ts";
import { cString } from "./c_api.ts";
import { DType, dtypeName } from "./dtypes.ts";
import { newTensor, takeValues, type Values } from "./native_tensors.ts";
import type { OpDefinition } from "./op_definitions.ts";
import { reconcile } from "./precision.ts";
import { FIRST_SYMBOL, type RecordedCall, type Recorder, type TensorMetadata } from "./recorder.ts";
import { newStatus, type Status } from "./status.ts";

/** One output of an operation of the graph (`TF_Output`), with what is known of it. */
interface Symbol {
  operation: bigint;
  index: number;
  shape: number[];
  dtype: number;
}

/** A finished graph, as a function that the context knows. */
export interface RecordedFunction {
  name: string;
  /** Outside tensors that it wants after its arguments, by their numbers at the time of the trace. */
  captures: number[];
  outputs: number;
}

/** Uniform constants above this many elements become a Fill: gradients of tfjs are full of them. */
const LARGEST_PLAIN_CONSTANT = 1024;

/** Ops that draw random numbers from a state inside TensorFlow, beyond the reach of a seed input. */
const STATEFUL_RANDOM = new Set([
  "Multinomial",
  "ParameterizedTruncatedNormal",
  "RandomGamma",
  "RandomPoissonV2",
  "RandomShuffle",
  "RandomStandardNormal",
  "RandomUniform",
  "RandomUniformInt",
  "TruncatedNormal",
]);

/** Records the ops of one function in a TensorFlow graph. */
export class GraphRecorder implements Recorder {
  private readonly graph: bigint;
  private readonly status: Status;
  private readonly setters: AttributeSetters;
  private readonly symbols = new Map<number, Symbol>();
  private readonly constants = new Map<number, { dtype: number; init: Values; shape: number[] }>();
  private readonly arguments: Symbol[] = [];
  private readonly captured = new Map<number, Symbol>();
  private nodes = 0;

  /**
   * @param binding The binding that hands its ops over.
   * @param functionName The name of the function, for errors.
   * @param variables The numbers of the tensors that variables hold: their values will differ.
   */
  constructor(
    private readonly binding: Binding,
    private readonly functionName: string,
    private readonly variables: ReadonlySet<number>,
  ) {
    this.graph = binding.api.runtime.TF_NewGraph();
    this.status = newStatus(binding.api);
    this.setters = graphSetters(binding.api);
  }

  /** Adds an argument of the function. */
  argument(shape: number[], dtype: number): TensorMetadata {
    const symbol = this.placeholder(shape, dtype);
    this.arguments.push(symbol);
    return this.name(symbol);
  }

  record(call: RecordedCall): TensorMetadata[] {
    const definition = this.binding.definition(call.name);
    this.refuseUnseeded(call);
    let inputs = call.inputs.map((id) => this.symbolOf(id));
    let attributes = call.attributes;
    if (inputs.some(({ dtype }) => dtype === DType.BFLOAT16)) {
      const settled = reconcile(call.name, definition, {
        attributes,
        dtypes: inputs.map(({ dtype }) => dtype),
      });
      attributes = settled.attributes;
      inputs = inputs.map((input, index) => this.cast(input, settled.dtypes[index]));
    }
    const operation = this.add(call.name, { attributes, inputs });
    const c = this.binding.api.runtime;
    const outputs = Math.min(call.outputs, c.TF_OperationNumOutputs(operation));
    return Array.from({ length: outputs }, (_, index) => this.name(this.output(operation, index)));
  }

  created(id: number, init: { shape: ArrayLike<number>; dtype: number; values: Values }): void {
    this.constants.set(id, { dtype: init.dtype, init: init.values, shape: Array.from(init.shape) });
  }

  read(id: number): Values | null {
    if (id < FIRST_SYMBOL && !this.variables.has(id)) return null;
    const symbol = this.symbolOf(id);
    const result = new BigUint64Array(1);
    const { TF_TryEvaluateConstant } = this.binding.api.runtime;
    if (TF_TryEvaluateConstant(this.graph, pack([symbol]), result, this.status.pointer) === 1) {
      return takeValues(this.binding.api, result[0], symbol.dtype);
    }
    throw new LookalikeError(
      "not_traceable",
      `Cannot compile ${this.functionName} as it reads the value of a ${dtypeName(symbol.dtype)} ` +
        `tensor of shape [${symbol.shape}] that is known only when it runs. Keep the decision in ` +
        "tensors (tf.where), return the tensor and read it outside, or take indices by gatherRows.",
    );
  }

  dtypeOf(id: number): number {
    return this.symbolOf(id).dtype;
  }

  /**
   * Ends the recording: makes a function of the graph and gives it to the context.
   *
   * @param name A name that no other function has.
   * @param outputs The numbers of the tensors that it returns.
   */
  finish(name: string, outputs: number[]): RecordedFunction {
    const { api, context } = this.binding;
    const c = api.runtime;
    // Each through an Identity: an argument may not be an output, nor one output stand twice.
    const results = outputs.map((id) => {
      const symbol = this.symbolOf(id);
      const value = this.cast(symbol, toldType(symbol.dtype));
      return this.output(this.add("Identity", { attributes: [], inputs: [value] }), 0);
    });
    const inputs = [...this.arguments, ...this.captured.values()];
    const target = c.TF_GraphToFunction(
      this.graph,
      cString(name),
      0, // the name as it is, no hash behind it
      -1, // the whole graph
      0n,
      inputs.length,
      pack(inputs),
      results.length,
      pack(results),
      0n,
      0n,
      0n,
      this.status.pointer,
    );
    this.status.check(`Cannot compile ${this.functionName}`);
    c.TFE_ContextAddFunction(context, target, this.status.pointer);
    c.TF_DeleteFunction(target);
    this.status.check(`Cannot compile ${this.functionName}`);
    return { name, captures: [...this.captured.keys()], outputs: results.length };
  }

  /** Frees the graph. */
  delete(): void {
    this.binding.api.runtime.TF_DeleteGraph(this.graph);
    this.status.delete();
  }

  private name(symbol: Symbol): TensorMetadata {
    const id = this.binding.nextSymbol++;
    this.symbols.set(id, symbol);
    return { id, shape: symbol.shape, dtype: toldType(symbol.dtype) };
  }

  private symbolOf(id: number): Symbol {
    const symbol = this.symbols.get(id);
    if (symbol) return symbol;
    if (id >= FIRST_SYMBOL) {
      throw new LookalikeError(
        "not_traceable",
        `Cannot compile ${this.functionName} as it uses a tensor that an earlier trace left behind: ` +
          "return tensors from a compiled function instead of keeping them.",
      );
    }
    return this.constants.has(id) ? this.constant(id) : this.capture(id);
  }

  /** A tensor made from values while tracing. */
  private constant(id: number): Symbol {
    const { dtype, init, shape } = this.constants.get(id)!;
    const uniform = dtype === DType.FLOAT && init.length > LARGEST_PLAIN_CONSTANT &&
      (init as Float32Array).every((value) => Object.is(value, init[0]));
    const symbol = uniform
      ? this.fill(shape, init[0] as number)
      : this.constantOf({ shape, dtype, values: init });
    this.symbols.set(id, symbol);
    return symbol;
  }

  private constantOf(init: { shape: number[]; dtype: number; values: Values }): Symbol {
    const { api } = this.binding;
    const c = api.runtime;
    const tensor = newTensor(api, init);
    const description = c.TF_NewOperation(this.graph, cString("Const"), this.nodeName("Const"));
    c.TF_SetAttrTensor(description, cString("value"), tensor, this.status.pointer);
    c.TF_SetAttrType(description, cString("dtype"), init.dtype);
    api.framework.TF_DeleteTensor(tensor);
    return this.output(this.finishOperation(description, "Const"), 0);
  }

  private fill(shape: number[], value: number): Symbol {
    const dims = { shape: [shape.length], dtype: DType.INT32, values: Int32Array.from(shape) };
    const scalar = { shape: [], dtype: DType.FLOAT, values: Float32Array.of(value) };
    const inputs = [this.constantOf(dims), this.constantOf(scalar)];
    return this.output(this.add("Fill", { attributes: [], inputs }), 0);
  }

  /** A tensor that was there before the trace. */
  private capture(id: number): Symbol {
    const symbol = this.placeholder(this.binding.shapeOf(id), this.outsideType(id));
    this.captured.set(id, symbol);
    this.symbols.set(id, symbol);
    return symbol;
  }

  private outsideType(id: number): number {
    const handle = this.binding.handle(id, `compile ${this.functionName}`);
    return this.binding.api.runtime.TFE_TensorHandleDataType(handle);
  }

  private placeholder(shape: number[], dtype: number): Symbol {
    const attributes = [
      { name: "dtype", type: AttributeType.TYPE, value: dtype },
      { name: "shape", type: AttributeType.SHAPE, value: shape },
    ];
    const operation = this.add("Placeholder", { attributes, inputs: [] });
    return { operation, index: 0, shape, dtype };
  }

  private cast(symbol: Symbol, dtype: number): Symbol {
    if (symbol.dtype === dtype) return symbol;
    const attributes = castAttributes(symbol.dtype, dtype);
    return this.output(this.add("Cast", { attributes, inputs: [symbol] }), 0);
  }

  private add(op: string, node: { attributes: OpAttribute[]; inputs: Symbol[] }): bigint {
    const c = this.binding.api.runtime;
    const definition = this.binding.definition(op);
    const description = c.TF_NewOperation(this.graph, cString(op), this.nodeName(op));
    let next = 0;
    for (const count of inputCounts(definition, node)) {
      const taken = node.inputs.slice(next, next += count ?? 1);
      if (count === null) c.TF_AddInput(description, pack(taken));
      else c.TF_AddInputList(description, pack(taken), count);
    }
    // TensorFlow.js passes attributes that an op may not have; a graph, unlike an op, refuses them.
    for (const attribute of node.attributes) {
      if (definition.attributes.has(attribute.name)) {
        setAttribute(this.setters, description, attribute);
      }
    }
    return this.finishOperation(description, op);
  }

  private finishOperation(description: bigint, op: string): bigint {
    const operation = this.binding.api.runtime.TF_FinishOperation(description, this.status.pointer);
    this.status.check(`Cannot compile ${this.functionName}: ${op}`);
    return operation;
  }

  private output(operation: bigint, index: number): Symbol {
    const c = this.binding.api.runtime;
    const symbol: Symbol = { operation, index, shape: [], dtype: 0 };
    const output = pack([symbol]);
    symbol.dtype = c.TF_OperationOutputType(output);
    const rank = c.TF_GraphGetTensorNumDims(this.graph, output, this.status.pointer);
    this.status.check("Cannot read a shape");
    if (rank < 0) return { ...symbol, shape: [-1] };
    const dims = new BigInt64Array(rank);
    c.TF_GraphGetTensorShape(this.graph, output, dims, rank, this.status.pointer);
    return { ...symbol, shape: Array.from(dims, Number) };
  }

  private nodeName(op: string): Uint8Array<ArrayBuffer> {
    return cString(`${op}_${this.nodes++}`);
  }

  private refuseUnseeded(call: RecordedCall): void {
    if (!STATEFUL_RANDOM.has(call.name)) return;
    throw new LookalikeError(
      "not_traceable",
      `Cannot compile ${this.functionName} as ${call.name} draws from a state of its own, so that ` +
        "a step would not be a function of its seed. Use randomUniform or randomNormal of " +
        "src/tensorflow with a seed tensor.",
    );
  }
}

/** How many tensors each argument takes; null for one that is no list. */
function inputCounts(
  definition: OpDefinition,
  node: { attributes: OpAttribute[]; inputs: Symbol[] },
): (number | null)[] {
  const single = definition.inputs.filter(({ listAttribute }) => !listAttribute).length;
  return definition.inputs.map(({ listAttribute }) => {
    if (!listAttribute) return null;
    const value = node.attributes.find(({ name }) => name === listAttribute)?.value;
    if (Array.isArray(value)) return value.length; // a list of types
    return typeof value === "number" ? value : node.inputs.length - single;
  });
}

/** `TF_Output` is sixteen bytes: the operation's address, the index, four bytes of padding. */
function pack(symbols: Symbol[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(16 * Math.max(1, symbols.length));
  const view = new DataView(bytes.buffer);
  symbols.forEach(({ operation, index }, at) => {
    view.setBigUint64(at * 16, operation, true);
    view.setInt32(at * 16 + 8, index, true);
  });
  return bytes;
}
