import { LookalikeError } from "../errors.ts";

/** Pointers travel as `u64`: a BigInt crosses in nanoseconds where a pointer object does not. */
const P = "u64";
const B = "buffer";
const I = "i32";
const V = "void";
const SIZE = "usize";

/** `TF_Output`: an operation of a graph and the index of one of its outputs, passed by value. */
const OUTPUT = { struct: ["u64", "i32"] } as const;

// Tensors and statuses live in the framework library; eager execution and graphs in the other.
const FRAMEWORK = {
  TF_NewStatus: { parameters: [], result: P },
  TF_DeleteStatus: { parameters: [P], result: V },
  TF_GetCode: { parameters: [P], result: I },
  TF_Message: { parameters: [P], result: "pointer" },
  TF_AllocateTensor: { parameters: [I, B, I, SIZE], result: P },
  TF_NewTensor: { parameters: [I, B, I, P, SIZE, P, P], result: P },
  TF_DeleteTensor: { parameters: [P], result: V },
  TF_TensorData: { parameters: [P], result: P },
  TF_TensorByteSize: { parameters: [P], result: SIZE },
  TF_TensorElementCount: { parameters: [P], result: "i64" },
  TF_DeleteBuffer: { parameters: [P], result: V },
  // absl::SetMinLogLevel: the C API has no way to quiet the notices of start-up.
  setMinLogLevel: {
    name: "_ZN4absl12lts_2025081414SetMinLogLevelENS0_18LogSeverityAtLeastE",
    parameters: [I],
    result: V,
    optional: true,
  },
} as const;

const RUNTIME = {
  TF_Version: { parameters: [], result: "pointer" },
  TF_StringGetDataPointer: { parameters: [P], result: P },
  TF_StringGetSize: { parameters: [P], result: SIZE },
  TF_GetAllOpList: { parameters: [], result: P },
  TFE_NewContextOptions: { parameters: [], result: P },
  TFE_ContextOptionsSetConfig: { parameters: [P, B, SIZE, P], result: V },
  TFE_DeleteContextOptions: { parameters: [P], result: V },
  TFE_NewContext: { parameters: [P, P], result: P },
  TFE_ContextListDevices: { parameters: [P, P], result: P },
  TF_DeviceListCount: { parameters: [P], result: I },
  TF_DeviceListName: { parameters: [P, I, P], result: "pointer" },
  TF_DeviceListType: { parameters: [P, I, P], result: "pointer" },
  TF_DeleteDeviceList: { parameters: [P], result: V },
  TFE_NewOp: { parameters: [P, B, P], result: P },
  TFE_DeleteOp: { parameters: [P], result: V },
  TFE_OpSetDevice: { parameters: [P, B, P], result: V },
  TFE_OpAddInput: { parameters: [P, P, P], result: V },
  TFE_OpSetAttrString: { parameters: [P, B, B, SIZE], result: V },
  TFE_OpSetAttrInt: { parameters: [P, B, "i64"], result: V },
  TFE_OpSetAttrFloat: { parameters: [P, B, "f32"], result: V },
  TFE_OpSetAttrBool: { parameters: [P, B, "u8"], result: V },
  TFE_OpSetAttrType: { parameters: [P, B, I], result: V },
  TFE_OpSetAttrShape: { parameters: [P, B, B, I, P], result: V },
  TFE_OpSetAttrStringList: { parameters: [P, B, B, B, I], result: V },
  TFE_OpSetAttrIntList: { parameters: [P, B, B, I], result: V },
  TFE_OpSetAttrFloatList: { parameters: [P, B, B, I], result: V },
  TFE_OpSetAttrBoolList: { parameters: [P, B, B, I], result: V },
  TFE_OpSetAttrTypeList: { parameters: [P, B, B, I], result: V },
  TFE_Execute: { parameters: [P, B, B, P], result: V },
  executeOffThread: { name: "TFE_Execute", parameters: [P, B, B, P], result: V, nonblocking: true },
  TFE_NewTensorHandle: { parameters: [P, P], result: P },
  TFE_DeleteTensorHandle: { parameters: [P], result: V },
  TFE_TensorHandleCopySharingTensor: { parameters: [P, P], result: P },
  TFE_TensorHandleCopyToDevice: { parameters: [P, P, B, P], result: P },
  TFE_TensorHandleDataType: { parameters: [P], result: I },
  TFE_TensorHandleNumDims: { parameters: [P, P], result: I },
  TFE_TensorHandleDim: { parameters: [P, I, P], result: "i64" },
  TFE_TensorHandleResolve: { parameters: [P, P], result: P },
  resolveOffThread: {
    name: "TFE_TensorHandleResolve",
    parameters: [P, P],
    result: P,
    nonblocking: true,
  },
  TF_NewGraph: { parameters: [], result: P },
  TF_DeleteGraph: { parameters: [P], result: V },
  TF_NewOperation: { parameters: [P, B, B], result: P },
  TF_FinishOperation: { parameters: [P, P], result: P },
  TF_AddInput: { parameters: [P, OUTPUT], result: V },
  TF_AddInputList: { parameters: [P, B, I], result: V },
  TF_SetAttrString: { parameters: [P, B, B, SIZE], result: V },
  TF_SetAttrInt: { parameters: [P, B, "i64"], result: V },
  TF_SetAttrFloat: { parameters: [P, B, "f32"], result: V },
  TF_SetAttrBool: { parameters: [P, B, "u8"], result: V },
  TF_SetAttrType: { parameters: [P, B, I], result: V },
  TF_SetAttrShape: { parameters: [P, B, B, I], result: V },
  TF_SetAttrStringList: { parameters: [P, B, B, B, I], result: V },
  TF_SetAttrIntList: { parameters: [P, B, B, I], result: V },
  TF_SetAttrFloatList: { parameters: [P, B, B, I], result: V },
  TF_SetAttrBoolList: { parameters: [P, B, B, I], result: V },
  TF_SetAttrTypeList: { parameters: [P, B, B, I], result: V },
  TF_SetAttrTensor: { parameters: [P, B, P, P], result: V },
  TF_OperationNumOutputs: { parameters: [P], result: I },
  TF_OperationOutputType: { parameters: [OUTPUT], result: I },
  TF_GraphGetTensorNumDims: { parameters: [P, OUTPUT, P], result: I },
  TF_GraphGetTensorShape: { parameters: [P, OUTPUT, B, I, P], result: V },
  TF_TryEvaluateConstant: { parameters: [P, OUTPUT, B, P], result: "u8" },
  TF_GraphToFunction: {
    parameters: [P, B, "u8", I, P, I, B, I, B, P, P, P, P],
    result: P,
  },
  TF_DeleteFunction: { parameters: [P], result: V },
  TFE_ContextAddFunction: { parameters: [P, P, P], result: V },
  TFE_ContextRemoveFunction: { parameters: [P, B, P], result: V },
} as const;

const LIBC = {
  readMemory: { name: "memcpy", parameters: [B, P, SIZE], result: V },
  writeMemory: { name: "memcpy", parameters: [P, B, SIZE], result: V },
  malloc: { parameters: [SIZE], result: P },
  open: { parameters: [B, I], result: I },
  dup: { parameters: [I], result: I },
  dup2: { parameters: [I, I], result: I },
  close: { parameters: [I], result: I },
  dlsym: { parameters: [P, B], result: P },
  dlopen: { parameters: [B, I], result: P },
} as const;

/** What `dlsym` takes to mean: look in everything that is loaded. */
const RTLD_DEFAULT = Deno.build.os === "darwin" ? 0xffff_ffff_ffff_fffen : 0n;

/** Flags of `dlopen`: bind at once, and stay in memory when closed. */
const RTLD_NODELETE = Deno.build.os === "darwin" ? 0x82 : 0x1002;

/** TensorFlow's C API, and the few functions of libc that go with it, as plain calls. */
export interface CApi {
  framework: Deno.DynamicLibrary<typeof FRAMEWORK>["symbols"];
  runtime: Deno.DynamicLibrary<typeof RUNTIME>["symbols"];
  libc: Deno.DynamicLibrary<typeof LIBC>["symbols"];
  /** The address of libc's `free`, for tensors whose memory comes from `malloc`. */
  free: bigint;
}

/**
 * Opens TensorFlow's C library in this process. It stays open until the process ends.
 *
 * @param paths Where `libtensorflow_cc` and `libtensorflow_framework` lie.
 * @returns Every symbol that Lookalike calls.
 * @throws {LookalikeError} `not_installed` if a library cannot be opened or lacks a symbol.
 */
export function openCApi(paths: { cc: string; framework: string }): CApi {
  try {
    const libc =
      Deno.dlopen(Deno.build.os === "darwin" ? "libSystem.B.dylib" : "libc.so.6", LIBC).symbols;
    const framework = withoutNotices(libc, () => Deno.dlopen(paths.framework, FRAMEWORK)).symbols;
    framework.setMinLogLevel?.(2); // errors only: what goes wrong reaches us as a status anyway
    const runtime = Deno.dlopen(paths.cc, RUNTIME).symbols;
    // Deno closes libraries as it exits, and TensorFlow's threads would run on in unmapped memory.
    for (const path of [paths.framework, paths.cc]) libc.dlopen(cString(path), RTLD_NODELETE);
    // A static symbol of Deno's FFI would be dereferenced; dlsym gives the address itself.
    return { framework, runtime, libc, free: libc.dlsym(RTLD_DEFAULT, cString("free")) };
  } catch (cause) {
    throw new LookalikeError(
      "not_installed",
      `Cannot open the TensorFlow library at ${paths.cc}: ${(cause as Error).message}. ` +
        "Run `deno task setup` to install it anew.",
      { cause },
    );
  }
}

/**
 * Calls `load` with standard error on /dev/null: the library praises oneDNN while it is being
 * loaded, before any of its settings can be reached. What goes wrong with loading is thrown.
 */
function withoutNotices<Result>(libc: CApi["libc"], load: () => Result): Result {
  const WRITE_ONLY = 1;
  const STANDARD_ERROR = 2;
  const kept = libc.dup(STANDARD_ERROR);
  const nowhere = libc.open(cString("/dev/null"), WRITE_ONLY);
  libc.dup2(nowhere, STANDARD_ERROR);
  try {
    return load();
  } finally {
    libc.dup2(kept, STANDARD_ERROR);
    libc.close(kept);
    libc.close(nowhere);
  }
}

const encoder = new TextEncoder();
const cStrings = new Map<string, Uint8Array<ArrayBuffer>>();

/**
 * A zero-terminated string for C. Kept for ever, as TensorFlow may keep the pointer of a name.
 *
 * @param text A name from a small set: of ops, attributes, devices.
 * @returns Its bytes in UTF-8 and a zero.
 */
export function cString(text: string): Uint8Array<ArrayBuffer> {
  let bytes = cStrings.get(text);
  if (!bytes) cStrings.set(text, bytes = encoder.encode(text + "\0") as Uint8Array<ArrayBuffer>);
  return bytes;
}

/**
 * The text at a C pointer.
 *
 * @param pointer Zero-terminated, or null.
 * @returns The text; empty for null.
 */
export function textAt(pointer: Deno.PointerValue): string {
  return pointer ? Deno.UnsafePointerView.getCString(pointer) : "";
}

/**
 * A copy of native memory.
 *
 * @param api The C API.
 * @param source Address and length in bytes.
 * @returns The bytes, owned by JavaScript.
 */
export function copyMemory(
  api: CApi,
  source: { address: bigint; bytes: number },
): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(source.bytes);
  if (source.bytes > 0) api.libc.readMemory(copy, source.address, BigInt(source.bytes));
  return copy;
}
