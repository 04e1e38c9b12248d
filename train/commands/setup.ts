import { installLibrary } from "../../src/tensorflow/install.ts";
import type { LibraryBuild } from "../../src/tensorflow/library.ts";

/**
 * `setup`: installs what a clone does not carry, TensorFlow's C library; silent if all is there.
 *
 * It speaks on standard error, as it runs before other tasks whose output may be for machines.
 *
 * @param options.device The build to install; `auto` keeps the one that is there, else takes CUDA
 * where NVIDIA's driver is found.
 * @throws {LookalikeError} If it cannot be installed, saying what is missing and how to get it.
 */
export async function setup(options: { device: "auto" | LibraryBuild }): Promise<void> {
  await installLibrary({ device: options.device, report: (sentence) => console.error(sentence) });
}
