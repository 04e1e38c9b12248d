import { statfs } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { LookalikeError } from "../errors.ts";
import { syncFolder, writeFileAtomic } from "../files.ts";
import {
  type InstalledLibrary,
  LIBRARY_FOLDER,
  type LibraryBuild,
  libraryNames,
  readInstalled,
} from "./library.ts";
import { findPython } from "./python.ts";
import { suitableBuild, type Target, targetOf } from "./target.ts";

/** What is unpacked: the libraries, CUDA's assembler with its own library, and the licences. */
const PATTERNS = [
  "tensorflow/libtensorflow_cc.*",
  "tensorflow/libtensorflow_framework.*",
  "tensorflow/THIRD_PARTY_NOTICES.txt",
  "tensorflow/include/LICENSE",
  "nvidia/*/lib/*.so*",
  "nvidia/cuda_nvcc/bin/ptxas",
  "nvidia/cuda_nvcc/nvvm/libdevice/*",
  "nvidia_*.dist-info/*License.txt",
];

/** How to install. */
export interface InstallOptions {
  /** The build wanted; `auto` keeps what is installed, else takes CUDA where a driver is found. */
  device: "auto" | LibraryBuild;
  /** The folder that holds `cpu/` and `cuda/`; {@link LIBRARY_FOLDER} unless told. */
  folder?: string;
  /** Told in a sentence what is going on. */
  report?: (sentence: string) => void;
  /** Stops it; nothing is left behind. */
  signal?: AbortSignal;
}

/**
 * Installs the TensorFlow C library with pip, pinned by version and hash; does nothing if it is there.
 *
 * It appears whole or not at all: it is built in a folder beside and renamed. One set-up runs at a
 * time; another waits for it and finds its result. Pip's own progress goes to standard error.
 *
 * @param options The build, the folder, and who is told what is going on.
 * @returns What is installed.
 * @throws {LookalikeError} `device_unavailable` if there is no such build for this platform,
 * `not_installed` if Python or pip is missing, `unavailable` if the disk is too full or pip failed,
 * `interrupted` if the signal stopped it.
 */
export async function installLibrary(options: InstallOptions): Promise<InstalledLibrary> {
  const { device, folder = LIBRARY_FOLDER, report = () => {}, signal } = options;
  const present = installed(device, folder);
  if (present) return present;
  const build = device === "auto" ? suitableBuild() : device;
  const target = targetOf(build);
  const python = await findPython();
  await Deno.mkdir(folder, { recursive: true });
  using lock = await Deno.open(join(folder, ".lock"), { create: true, write: true });
  await lock.lock(true); // let go of with the file, also by a crash
  const meanwhile = installed(device, folder);
  if (meanwhile) return meanwhile;
  const partial = join(folder, ".partial");
  await remove(partial); // what an interrupted set-up left
  await checkSpace(folder, target.space);
  try {
    const fresh = join(partial, "build");
    await Deno.mkdir(fresh, { recursive: true });
    report(`Fetching TensorFlow ${target.version} (${build}, ${target.download} MB) with pip.`);
    for (const wheel of await download(python, { target, partial, signal })) {
      report(`Unpacking ${wheel.slice(partial.length + 1)}.`);
      await unpack(python, { wheel, into: fresh, signal });
    }
    const result = await seal(fresh, { build, target });
    await replace(join(folder, build), fresh);
    report(`TensorFlow ${result.version} (${build}) is installed in ${join(folder, build)}.`);
    return result;
  } finally {
    await remove(partial);
  }
}

/** The build that serves `device`, if it is whole and from the requirements of this release. */
function installed(device: "auto" | LibraryBuild, folder: string): InstalledLibrary | undefined {
  const builds: LibraryBuild[] = device === "auto" ? ["cuda", "cpu"] : [device];
  return builds
    .map((build) => readInstalled(join(folder, build)))
    .find((found) => found && found.requirements === targetOf(found.device).hash);
}

async function checkSpace(folder: string, megabytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(folder);
  const free = Math.floor(bavail * bsize / 1e6);
  if (free >= megabytes) return;
  throw new LookalikeError(
    "unavailable",
    `Cannot install TensorFlow's library as ${folder} must have ${megabytes} MB free: ` +
      `it has ${free} MB.`,
  );
}

/** The wheels of a target, fetched by pip into the partial folder, their hashes checked. */
async function download(
  python: string,
  { target, partial, signal }: { target: Target; partial: string; signal?: AbortSignal },
): Promise<string[]> {
  const wheels = join(partial, "wheels");
  // The wheels' own Python, whatever the version of the one that runs pip
  const options = ["--python-version", "3.12", "--implementation", "cp", "--abi", "cp312"];
  for (const tag of target.tags) options.push("--platform", tag);
  options.push("--no-deps", "--only-binary", ":all:", "--require-hashes");
  options.push("--disable-pip-version-check", "--no-input", "--dest", wheels);
  await run([python, "-m", "pip", "download", ...options, "-r", target.requirements], {
    env: { TMPDIR: partial, PIP_REQUIRE_VIRTUALENV: "false" }, // /tmp is often small
    failure:
      "Cannot install TensorFlow's library as pip must fetch it: it could not (see above); " +
      "check the connection and pip's settings for index, proxy and certificates.",
    signal,
  });
  return Array.from(Deno.readDirSync(wheels), (entry) => join(wheels, entry.name)).sort();
}

/** Takes what is needed out of a wheel, and removes it. */
async function unpack(
  python: string,
  { wheel, into, signal }: { wheel: string; into: string; signal?: AbortSignal },
): Promise<void> {
  const script = fileURLToPath(new URL("./extract.py", import.meta.url));
  await run([python, script, wheel, into, ...PATTERNS], {
    failure: `Cannot install TensorFlow's library as ${wheel} must be unpacked: ` +
      "Python could not (see above).",
    signal,
  });
  await Deno.remove(wheel);
}

/** Notes what is installed beside it, which is what makes it count as installed. */
async function seal(
  folder: string,
  { build, target }: { build: LibraryBuild; target: Target },
): Promise<InstalledLibrary> {
  const files: Record<string, number> = {};
  for (const path of libraryNames()) files[path] = (await Deno.stat(join(folder, path))).size;
  const { version, hash: requirements } = target;
  const result: InstalledLibrary = { version, device: build, requirements, files };
  await writeFileAtomic(join(folder, "installed.json"), JSON.stringify(result, null, 2) + "\n");
  return result;
}

/** Puts a folder in another's place; what was there goes with the partial folder. */
async function replace(folder: string, fresh: string): Promise<void> {
  await Deno.rename(folder, `${fresh}.replaced`).catch(ignoreMissing);
  await Deno.rename(fresh, folder);
  await syncFolder(join(folder, ".."));
}

/** How a program is run. */
interface RunOptions {
  env?: Record<string, string>;
  /** What to say if it fails. */
  failure: string;
  signal?: AbortSignal;
}

/** Runs a program with its output on standard error, so that standard output stays the caller's. */
async function run(command: string[], { env = {}, failure, signal }: RunOptions): Promise<void> {
  const { success } = await new Deno.Command("sh", {
    args: ["-c", 'exec "$@" >&2', "sh", ...command],
    env,
    stdin: "null",
    signal,
  }).spawn().status;
  if (signal?.aborted) {
    throw new LookalikeError("interrupted", "Set-up was stopped; nothing of it is left behind.");
  }
  if (!success) throw new LookalikeError("unavailable", failure);
}

async function remove(folder: string): Promise<void> {
  await Deno.remove(folder, { recursive: true }).catch(ignoreMissing);
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Deno.errors.NotFound)) throw error;
}
