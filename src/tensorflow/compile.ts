import * as tf from "@tensorflow/tfjs";
import { LookalikeError } from "../errors.ts";
import { writeFields } from "../protobuf.ts";
import { idsOf, type NodeBackend, nodeBackend } from "./backend.ts";
import type { NativeFunction } from "./binding.ts";
import { cString } from "./c_api.ts";
import { dtypeName } from "./dtypes.ts";
import { GraphRecorder } from "./graph_recorder.ts";
import { newStatus } from "./status.ts";
import { withoutRandomness } from "./without_randomness.ts";

/** What a compiled function may return: a tensor, a list of them, or a record of them. */
export type TensorTree = tf.Tensor | tf.Tensor[] | { [name: string]: tf.Tensor };

/** How a function is compiled. */
export interface CompileOptions {
  /** What errors call it. */
  name?: string;
  /** Lets TensorFlow rewrite the graph (Grappler): faster, and equal but for rounding. */
  optimizeGraph?: boolean;
}

/** A function of tensors that runs as one call of TensorFlow, off the JavaScript thread. */
export interface Compiled<Inputs extends tf.Tensor[], Output extends TensorTree> {
  (...inputs: Inputs): Promise<Output>;
  /** How many shapes and types of inputs it was traced for so far. */
  readonly traces: number;
  /** Frees the traces. A call under way still ends well. */
  dispose(): void;
}

/** More than this many shapes of input mean that the caller should pad. */
const MOST_TRACES = 64;

/** `ConfigProto { graph_options { rewrite_options { disable_meta_optimizer: true } } }` */
const UNOPTIMIZED = writeFields([[10, [[10, [[19, 1]]]]]]);
const OPTIMIZED = writeFields([]);

let functions = 0;

/**
 * Compiles a function of tensors: it is traced once for each combination of input shapes and
 * dtypes into one TensorFlow function, which then runs without JavaScript in between.
 *
 * Variables that `fn` reads are read anew at each call; those that it assigns change when the call
 * is done. Other tensors from outside are captured as they are at the trace. JavaScript in `fn` runs
 * at the trace only: reading a value and unseeded randomness are refused, as they would be frozen.
 *
 * @param fn The function; it must return tensors, not a promise.
 * @param options Name and optimisation.
 * @returns The compiled function. Its caller disposes the results.
 * @throws {LookalikeError} When called: `invalid_input` for inputs that are no tensors or disposed,
 * `not_traceable` for what cannot be traced, `conflict` for a second call of a function that assigns
 * variables while the first is under way.
 *
 * @example
 * ```ts
 * import { compile, startTensorFlow, tf } from "./mod.ts";
 * await startTensorFlow({ device: "cpu" });
 * const square = compile((x: tf.Tensor) => tf.mul(x, x), { name: "square" });
 * const nine = await square(tf.scalar(3));
 * console.assert((await nine.data())[0] === 9);
 * ```
 */
export function compile<Inputs extends tf.Tensor[], Output extends TensorTree>(
  fn: (...inputs: Inputs) => Output,
  options: CompileOptions = {},
): Compiled<Inputs, Output> {
  const { name = fn.name || "function", optimizeGraph = true } = options;
  const traces = new Map<string, Trace>();
  const pending = new Set<Promise<unknown>>();
  let assigning = false;

  const call = (...inputs: Inputs): Promise<Output> => {
    refuseInTrace(name); // at once: a promise would hide in the outer function's result
    return start(inputs);
  };
  const start = async (inputs: Inputs): Promise<Output> => {
    const trace = traceFor(inputs);
    if (trace.assigned.length === 0) return await track(run(trace, inputs));
    if (assigning) {
      throw new LookalikeError(
        "conflict",
        `Cannot run ${name} as its last call is still under way and will assign variables: await it first.`,
      );
    }
    assigning = true;
    return await track(run(trace, inputs)).finally(() => assigning = false);
  };
  const traceFor = (inputs: Inputs): Trace => {
    const key = signature(name, inputs);
    let found = traces.get(key);
    if (found) return found;
    if (traces.size === MOST_TRACES) {
      throw new LookalikeError(
        "not_traceable",
        `Cannot compile ${name} for ${key} as it was traced for ${MOST_TRACES} other shapes already: ` +
          "pad its inputs to a few fixed sizes.",
      );
    }
    found = record(fn as unknown as Traceable, inputs, {
      name,
      config: optimizeGraph ? OPTIMIZED : UNOPTIMIZED,
    });
    traces.set(key, found);
    return found;
  };
  const track = (running: Promise<TensorTree>): Promise<Output> => {
    pending.add(running);
    return running.finally(() => pending.delete(running)) as Promise<Output>;
  };
  const dispose = () => {
    const old = [...traces.values()];
    traces.clear();
    Promise.allSettled([...pending]).then(() => old.forEach(free));
  };
  return Object.defineProperty(Object.assign(call, { dispose }), "traces", {
    get: () => traces.size,
  }) as Compiled<Inputs, Output>;
}

type Traceable = (...inputs: tf.Tensor[]) => TensorTree;

/** A function for one combination of shapes and dtypes. */
interface Trace {
  target: NativeFunction;
  /** What it takes after its inputs: variables as they are at the call, and kept handles. */
  captures: (tf.Variable | bigint)[];
  assigned: tf.Variable[];
  /** Puts the results back into the structure that the function returned. */
  rebuild(results: tf.Tensor[]): TensorTree;
}

function refuseInTrace(name: string): void {
  if (!nodeBackend().binding.recorder) return;
  throw new LookalikeError(
    "not_traceable",
    `Cannot run the compiled function ${name} within a trace: call the plain function there.`,
  );
}

function signature(name: string, inputs: tf.Tensor[]): string {
  const { binding } = nodeBackend();
  inputs.forEach((input, index) => {
    if (!(input instanceof tf.Tensor) || input.isDisposed) {
      throw new LookalikeError(
        "invalid_input",
        `Cannot run ${name} as input ${index} must be a tensor: it is ${
          input instanceof tf.Tensor ? "disposed" : typeof input
        }.`,
      );
    }
  });
  const ids = idsOf(inputs);
  return ids
    .map((id, index) => `${dtypeName(binding.dtypeOf(id))}[${inputs[index].shape}]`)
    .join(" ");
}

function record(
  fn: Traceable,
  inputs: tf.Tensor[],
  options: { name: string; config: Uint8Array<ArrayBuffer> },
): Trace {
  const backend = nodeBackend();
  const { binding } = backend;
  const variables = registeredVariables();
  const before = new Map(idsOf(variables).map((id, index) => [id, variables[index]]));
  const kept = variables.map((variable) => tf.keep(variable.clone())); // outlives an assignment
  const inputIds = idsOf(inputs);
  const recorder = new GraphRecorder(binding, options.name, new Set(before.keys()));
  binding.recorder = recorder;
  try {
    let trace: Trace | undefined;
    tf.tidy(() => {
      const args = inputs.map((input, index) => {
        const dtype = handleType(backend, inputIds[index]);
        return backend.createOutputTensor(recorder.argument(input.shape, dtype));
      });
      const { tensors, rebuild } = flatten(withoutRandomness(options.name, () => fn(...args)), {
        name: options.name,
      });
      refuseNewVariables(options.name, variables);
      const ids = idsOf(variables);
      const assigned = variables.filter((_, index) => !before.has(ids[index]));
      const name = `${options.name.replaceAll(/[^A-Za-z0-9]/g, "_")}_${functions++}`;
      const recorded = recorder.finish(name, idsOf([...tensors, ...assigned]));
      const captures = recorded.captures.map((id) => before.get(id) ?? binding.share(id));
      trace = {
        target: { name, outputs: recorded.outputs, config: options.config },
        captures,
        assigned,
        rebuild,
      };
    });
    return trace!;
  } finally {
    binding.recorder = null;
    recorder.delete();
    variables.forEach((variable, index) => {
      if (variable.dataId !== kept[index].dataId) variable.assign(kept[index]);
      kept[index].dispose();
    });
  }
}

async function run(trace: Trace, inputs: tf.Tensor[]): Promise<TensorTree> {
  const backend = nodeBackend();
  const { binding } = backend;
  const variables = trace.captures.filter((capture) => typeof capture !== "bigint");
  const ids = idsOf([...inputs, ...variables]);
  const handles = ids.map((id) => binding.handle(id, `run ${trace.target.name}`));
  const current = handles.slice(inputs.length).values();
  const captured = trace.captures.map((capture) =>
    typeof capture === "bigint" ? capture : current.next().value!
  );
  const metadata = await binding.executeFunction(trace.target, [
    ...handles.slice(0, inputs.length),
    ...captured,
  ]);
  const results = metadata.map((one) => tf.keep(backend.createOutputTensor(one)));
  const own = results.length - trace.assigned.length;
  trace.assigned.forEach((variable, index) => {
    variable.assign(results[own + index]);
    results[own + index].dispose();
  });
  return trace.rebuild(results.slice(0, own));
}

function free(trace: Trace): void {
  const { binding } = nodeBackend();
  const { TFE_ContextRemoveFunction, TFE_DeleteTensorHandle } = binding.api.runtime;
  const status = newStatus(binding.api);
  TFE_ContextRemoveFunction(binding.context, cString(trace.target.name), status.pointer);
  status.delete();
  for (const capture of trace.captures) {
    if (typeof capture === "bigint") TFE_DeleteTensorHandle(capture);
  }
}

function handleType(backend: NodeBackend, id: number): number {
  const { binding } = backend;
  return binding.api.runtime.TFE_TensorHandleDataType(binding.handle(id, "compile with it"));
}

/** All variables that TensorFlow.js knows, in the order in which they were made. */
function registeredVariables(): tf.Variable[] {
  const { state } = tf.engine() as unknown as {
    state: { registeredVariables: Record<string, tf.Variable> };
  };
  return Object.values(state.registeredVariables);
}

function refuseNewVariables(name: string, known: tf.Variable[]): void {
  const fresh = registeredVariables().filter((variable) => !known.includes(variable));
  if (fresh.length === 0) return;
  const names = fresh.map((variable) => variable.name).join(", ");
  for (const variable of fresh) variable.dispose();
  throw new LookalikeError(
    "not_traceable",
    `Cannot compile ${name} as it makes variables (${names}): make them before, once.`,
  );
}

function flatten(
  output: unknown,
  options: { name: string },
): { tensors: tf.Tensor[]; rebuild: Trace["rebuild"] } {
  if (output instanceof tf.Tensor) return { tensors: [output], rebuild: ([only]) => only };
  const entries = output && typeof output === "object" ? Object.entries(output) : [];
  const wrong = entries.find(([, value]) => !(value instanceof tf.Tensor));
  if (output instanceof Promise || !output || typeof output !== "object" || wrong) {
    const found = output instanceof Promise
      ? "it returns a promise"
      : wrong
      ? `its result ${wrong[0]} is none`
      : `it returns ${output === null ? "null" : typeof output}`;
    throw new LookalikeError(
      "not_traceable",
      `Cannot compile ${options.name} as it must return tensors: ${found}.`,
    );
  }
  const tensors = entries.map(([, value]) => value as tf.Tensor);
  const isList = Array.isArray(output);
  return {
    tensors,
    rebuild: (results) =>
      isList ? results : Object.fromEntries(entries.map(([key], at) => [key, results[at]])),
  };
}
