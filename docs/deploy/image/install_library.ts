/**
 * Installs TensorFlow's library for the image, as `deno task setup` does, and takes out its symbol
 * tables: a quarter of it, which only debuggers read. Usage: install_library.ts cpu|cuda
 *
 * @module
 */
import { join } from "node:path";
import { writeFileAtomic } from "../../../src/files.ts";
import { installLibrary } from "../../../src/tensorflow/install.ts";
import { LIBRARY_FOLDER, type LibraryBuild } from "../../../src/tensorflow/library.ts";

const [device] = Deno.args as LibraryBuild[];
const installed = await installLibrary({ device, report: console.log });
const folder = join(LIBRARY_FOLDER, device);
for (const [name, before] of Object.entries(installed.files)) {
  const path = join(folder, name);
  const { success } = await new Deno.Command("strip", { args: ["--strip-unneeded", path] }).spawn()
    .status;
  if (!success) throw new Error(`Cannot strip ${path} (see above).`);
  const { size } = await Deno.stat(path);
  installed.files[name] = size; // by which the service knows that the library is whole
  console.log(`${name}: ${before} bytes, ${size} without symbol tables.`);
}
await writeFileAtomic(join(folder, "installed.json"), JSON.stringify(installed, null, 2) + "\n");
