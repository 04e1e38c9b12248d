import util from "node:util";
import * as tf from "@tensorflow/tfjs";
import { LookalikeError } from "../errors.ts";
import { type MessageField, writeFields } from "../protobuf.ts";
import { BACKEND, nodeBackend } from "./backend.ts";
import { Binding } from "./binding.ts";
import { type CApi, openCApi, textAt } from "./c_api.ts";
import { fasterPrecision } from "./faster_precision.ts";
import { findLibrary } from "./library.ts";
import type { Precision } from "./precision.ts";
import { newStatus } from "./status.ts";

/** How TensorFlow is started. */
export interface TensorFlowOptions {
  /** `auto` takes the GPU where there is one and a CUDA build is installed. */
  device?: "auto" | "cpu" | "cuda";
  /** Threads that share one operation; 0 means all cores. */
  threads?: number;
  /** Share of a GPU's memory that may be taken, above 0 to 1; all of it unless told. */
  memoryShare?: number;
  /** `auto` measures which is faster here. */
  precision?: Precision | "auto";
  /** The folder that set-up installed to, if it is not the usual one. */
  libraryFolder?: string;
}

/** A running TensorFlow. */
export interface Runtime {
  readonly device: "cpu" | "cuda";
  /** TensorFlow's name of the device, such as `/job:localhost/replica:0/task:0/device:CPU:0`. */
  readonly deviceName: string;
  /** TensorFlow's version. */
  readonly version: string;
  /** As asked for; 0 means all cores. */
  readonly threads: number;
  /** For convolutions and matrix products, where the caller passes it on. */
  readonly precision: Precision;
  /** What is held now: tensors on the TensorFlow side and ours, and the process's resident bytes. */
  memory(): { handles: number; tensors: number; bytes: number };
}

let running: Promise<Runtime> | undefined;

/**
 * Starts TensorFlow in this process and puts TensorFlow.js on it. It runs until the process ends.
 *
 * @param options Device, threads, precision.
 * @returns What was started. A further call gives the same.
 * @throws {LookalikeError} `not_installed` without the library; `device_unavailable` if a GPU is
 * asked for and none is found: it never falls back silently; `conflict` if it runs on another device.
 *
 * @example
 * ```ts
 * import { startTensorFlow, tf } from "./mod.ts";
 * const { version } = await startTensorFlow({ device: "cpu" });
 * console.log(`TensorFlow ${version} says 1 + 1 = ${tf.add(1, 1)}`);
 * ```
 */
export async function startTensorFlow(options: TensorFlowOptions = {}): Promise<Runtime> {
  const { device = "auto" } = options;
  running ??= start(options);
  const starting = running;
  const runtime = await starting.catch((error) => {
    if (running === starting) running = undefined; // what was missing may be there later
    throw error;
  });
  if (device === "auto" || device === runtime.device) return runtime;
  throw new LookalikeError(
    "conflict",
    `Cannot start TensorFlow on ${device} as it runs on ${runtime.device} in this process already.`,
  );
}

async function start(options: TensorFlowOptions): Promise<Runtime> {
  const { device = "auto", threads = 0, precision = "float32", libraryFolder } = options;
  const library = findLibrary({ device, folder: libraryFolder });
  const api = openCApi(library);
  const { memoryShare = 1 } = options;
  const useGpu = device !== "cpu";
  const { context, devices } = createContext(api, { threads, useGpu, memoryShare });
  const gpu = devices.find(({ type }) => type === "GPU");
  if (device === "cuda" && !gpu) {
    throw new LookalikeError(
      "device_unavailable",
      `Cannot use CUDA as TensorFlow ${library.version} finds no NVIDIA GPU: check that nvidia-smi ` +
        "lists one, or use --device cpu (LOOKALIKE_DEVICE=cpu for the service).",
    );
  }
  const binding = new Binding(api, context, gpu ?? devices[0]);
  await registerBackend(binding);
  return {
    device: gpu ? "cuda" : "cpu",
    deviceName: binding.device.name,
    version: binding.TF_Version,
    threads,
    precision: precision === "auto" ? await fasterPrecision() : precision,
    memory: () => ({
      handles: binding.getNumOfTensors(),
      tensors: tf.memory().numTensors,
      bytes: Deno.memoryUsage().rss,
    }),
  };
}

interface ContextOptions {
  threads: number;
  useGpu: boolean;
  memoryShare: number;
}

function createContext(
  api: CApi,
  options: ContextOptions,
): { context: bigint; devices: { name: string; type: string }[] } {
  const c = api.runtime;
  const status = newStatus(api);
  const config = contextConfig(options);
  const contextOptions = c.TFE_NewContextOptions();
  c.TFE_ContextOptionsSetConfig(
    contextOptions,
    config,
    BigInt(config.length),
    status.pointer,
  );
  status.check("Cannot configure TensorFlow");
  const context = c.TFE_NewContext(contextOptions, status.pointer);
  status.check("Cannot start TensorFlow");
  c.TFE_DeleteContextOptions(contextOptions);
  const list = c.TFE_ContextListDevices(context, status.pointer);
  status.check("Cannot list the devices of TensorFlow");
  const devices = Array.from({ length: c.TF_DeviceListCount(list) }, (_, index) => ({
    name: textAt(c.TF_DeviceListName(list, index, status.pointer)),
    type: textAt(c.TF_DeviceListType(list, index, status.pointer)),
  }));
  c.TF_DeleteDeviceList(list);
  status.delete();
  return { context, devices };
}

/** A `ConfigProto` (tensorflow/core/protobuf/config.proto), by its field numbers. */
function contextConfig(options: ContextOptions): Uint8Array<ArrayBuffer> {
  const noGpu: MessageField = [1, [[1, "GPU"], [2, 0]]]; // device_count
  const memory: MessageField = [6, [ // gpu_options
    ...(options.memoryShare < 1
      ? [[1, { double: options.memoryShare }] satisfies MessageField]
      : []),
    [4, 1], // allow_growth: as it is needed, up to that share
  ]];
  return writeFields([
    ...(options.useGpu ? [] : [noGpu]),
    ...(options.threads > 0 ? [[2, options.threads] satisfies MessageField] : []), // intra_op_parallelism
    memory,
    [7, 1], // allow_soft_placement: ops without a GPU kernel run on the host
  ]);
}

async function registerBackend(binding: Binding): Promise<void> {
  // The kernels of 2022 call two functions that Node has dropped since.
  const old = util as unknown as Record<string, unknown>;
  old.isNullOrUndefined ??= (value: unknown) => value === null || value === undefined;
  old.isArray ??= Array.isArray;
  await import("@tensorflow/tfjs-node-gpu/dist/register_all_kernels.js");
  const { NodeJSKernelBackend } = await import(
    "@tensorflow/tfjs-node-gpu/dist/nodejs_kernel_backend.js"
  );
  const packageName = "@tensorflow/tfjs-node-gpu";
  tf.registerBackend(BACKEND, () => {
    const backend = new NodeJSKernelBackend(binding as never, packageName);
    // Reading waits for the device: not on this thread.
    backend.read = async (dataId: object) => {
      const { values, id } = nodeBackend().tensorMap.get(dataId);
      return (values ?? await binding.tensorData(id)) as never;
    };
    return backend;
  }, 3);
  if (!tf.setBackend(BACKEND)) {
    throw new LookalikeError("internal", "Cannot put TensorFlow.js on TensorFlow's C library.");
  }
  await tf.ready();
}
