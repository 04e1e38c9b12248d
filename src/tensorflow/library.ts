import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { LookalikeError } from "../errors.ts";

/** A build of TensorFlow's C library: for the processor alone, or for NVIDIA GPUs as well. */
export type LibraryBuild = "cpu" | "cuda";

/** A TensorFlow C library on disk, whole. */
export interface Library {
  /** The build it is; the CUDA build runs on the processor too. */
  device: LibraryBuild;
  /** Path of the library with the eager and the graph calls (`TFE_*`, `TF_Graph*`). */
  cc: string;
  /** Path of the library with tensors and statuses (`TF_NewTensor`, `TF_NewStatus`). */
  framework: string;
  /** TensorFlow's version, such as `2.21.0`. */
  version: string;
}

/** What set-up leaves beside the libraries as `installed.json`, once all of it is in place. */
export interface InstalledLibrary {
  /** TensorFlow's version. */
  version: string;
  /** The build. */
  device: LibraryBuild;
  /** SHA-256 of the requirements that it was installed from. */
  requirements: string;
  /** Bytes of each library file, by path inside the build's folder. */
  files: Record<string, number>;
}

/** The folder that set-up installs to: `.tensorflow` in the project. */
export const LIBRARY_FOLDER: string = fileURLToPath(new URL("../../.tensorflow", import.meta.url));

const PREFERENCES: Record<"auto" | LibraryBuild, LibraryBuild[]> = {
  auto: ["cuda", "cpu"],
  cpu: ["cpu", "cuda"],
  cuda: ["cuda"],
};

/**
 * Finds the TensorFlow C library and verifies that its files are whole.
 *
 * @param options.device The build wanted. `auto` takes CUDA before the processor's, and `cpu` is
 * content with the CUDA build where that is the only one.
 * @param options.folder The folder that holds `cpu/` and `cuda/`; {@link LIBRARY_FOLDER} unless told.
 * @returns Where the two libraries lie, and what they are.
 * @throws {LookalikeError} `not_installed` if no such build is there, or a file of it is cut off.
 *
 * @example
 * ```ts no-run
 * import { findLibrary } from "./library.ts";
 * const { cc, version } = findLibrary({ device: "auto" });
 * ```
 */
export function findLibrary(
  options: { device: "auto" | LibraryBuild; folder?: string },
): Library {
  const { device, folder = LIBRARY_FOLDER } = options;
  const builds = PREFERENCES[device];
  for (const build of builds) {
    const installed = readInstalled(join(folder, build));
    if (installed === undefined) continue;
    const [cc, framework] = libraryNames().map((name) => join(folder, build, name));
    return { device: build, cc, framework, version: installed.version };
  }
  const task = device === "cuda" ? "deno task setup --device cuda" : "deno task setup";
  throw new LookalikeError(
    "not_installed",
    `Cannot start TensorFlow as its library must be in ${folder}: it is missing or cut off; ` +
      `run \`${task}\`.`,
  );
}

/**
 * Reads what is installed in a build's folder, if every library is there at its full length.
 *
 * A length is enough to tell an interrupted copy; the content was checked by hash on arrival.
 *
 * @param folder The build's own folder, such as `.tensorflow/cpu`.
 * @returns What set-up left there, or `undefined` if it is not whole.
 */
export function readInstalled(folder: string): InstalledLibrary | undefined {
  try {
    const installed = JSON.parse(Deno.readTextFileSync(join(folder, "installed.json")));
    const whole = libraryNames().every((name) => name in installed.files) &&
      Object.entries(installed.files).every(([path, bytes]) =>
        Deno.statSync(join(folder, path)).size === bytes
      );
    return whole ? installed : undefined;
  } catch {
    return undefined; // missing, unreadable, or not what set-up writes: set-up makes it anew
  }
}

/**
 * The two libraries' paths inside a build's folder, as the wheel names them.
 *
 * @param os The operating system; this one unless told.
 * @returns The path of the one with `TFE_*`, then of the framework.
 */
export function libraryNames(os: string = Deno.build.os): [cc: string, framework: string] {
  return os === "darwin"
    ? ["tensorflow/libtensorflow_cc.2.dylib", "tensorflow/libtensorflow_framework.2.dylib"]
    : ["tensorflow/libtensorflow_cc.so.2", "tensorflow/libtensorflow_framework.so.2"];
}
