import { fileURLToPath } from "node:url";
import { LookalikeError } from "../errors.ts";
import { sha256 } from "../files.ts";
import type { LibraryBuild } from "./library.ts";

/** The wheels that carry the C library, for one build on one platform. */
export interface Target {
  /** Path of the requirements that pin them, for pip. */
  requirements: string;
  /** SHA-256 of the requirements. */
  hash: string;
  /** TensorFlow's version in them. */
  version: string;
  /** Their platform tags, as pip names them. */
  tags: string[];
  /** What pip fetches, in megabytes. */
  download: number;
  /** What must be free on the disk, in megabytes: the download, pip's copies, the unpacked files. */
  space: number;
}

const TARGETS: Record<string, Pick<Target, "tags" | "download" | "space">> = {
  "cpu-linux-x86_64": { tags: ["manylinux_2_27_x86_64"], download: 274, space: 1_800 },
  "cpu-linux-aarch64": { tags: ["manylinux_2_27_aarch64"], download: 281, space: 1_900 },
  "cpu-darwin-aarch64": { tags: ["macosx_12_0_arm64"], download: 244, space: 1_700 },
  "cuda-linux-x86_64": {
    tags: ["manylinux_2_27_x86_64", "manylinux_2_25_x86_64", "manylinux2014_x86_64"],
    download: 3_380,
    space: 13_000,
  },
};

/** A platform, as `Deno.build` describes it. */
export type Platform = Pick<typeof Deno.build, "os" | "arch" | "target">;

/**
 * The wheels of a build for a platform.
 *
 * @param build The build.
 * @param platform The platform; this one unless told.
 * @returns What pip needs to fetch them.
 * @throws {LookalikeError} `device_unavailable` if TensorFlow has no such wheel.
 */
export function targetOf(build: LibraryBuild, platform: Platform = Deno.build): Target {
  const name = `${build}-${platform.os}-${platform.arch}`;
  const musl = platform.target.includes("musl"); // such as Alpine: the wheels need glibc
  if (!(name in TARGETS) || musl) {
    const platforms = build === "cuda"
      ? "Linux on x86-64 (with glibc) for CUDA"
      : "Linux on x86-64 or arm64 (with glibc), or macOS on arm64";
    const advice = platform.os === "windows" ? "; on Windows, use WSL2" : "";
    throw new LookalikeError(
      "device_unavailable",
      `Cannot install TensorFlow's library as the platform must be ${platforms}: ` +
        `it is ${platform.target}${advice}.`,
    );
  }
  const requirements = fileURLToPath(new URL(`./requirements/${name}.txt`, import.meta.url));
  const text = Deno.readTextFileSync(requirements);
  const version = /^tensorflow(?:-cpu)?==(\S+)/m.exec(text)?.[1] ?? "";
  return { requirements, hash: sha256(text), version, ...TARGETS[name] };
}

/**
 * The build that suits this machine: CUDA where TensorFlow would find NVIDIA's driver and has a
 * wheel for it.
 *
 * @returns The build.
 */
export function suitableBuild(): LibraryBuild {
  const wheel = `cuda-${Deno.build.os}-${Deno.build.arch}` in TARGETS;
  return wheel && hasNvidiaDriver() ? "cuda" : "cpu";
}

/** Whether NVIDIA's driver opens here, as TensorFlow opens it; the second path is WSL2's. */
function hasNvidiaDriver(): boolean {
  return ["libcuda.so.1", "/usr/lib/wsl/lib/libcuda.so.1"].some((library) => {
    try {
      Deno.dlopen(library, {}).close();
      return true;
    } catch {
      return false;
    }
  });
}
