/**
 * Deletes from node_modules what no process of the service reads: sources, types, source maps,
 * other platforms' binaries, and the four to ten other forms that TensorFlow.js ships of itself.
 *
 * @module
 */
import { basename, join } from "node:path";

/** What a process can load or the API's page shows, and the licences. */
const READ = /\.([cm]?js|json|node|wasm|css|png)$|\.so(\.\d+)*$|^(licen[cs]e|copying|notice)/i;

/** Types, what TensorFlow.js has for old browsers, and binaries for other platforms than this. */
const ARCH = Deno.build.arch === "aarch64" ? "arm64" : "x64";
const UNSUITABLE = new RegExp(`linuxmusl|@types|/core-js/|/prebuilds/(?!linux-${ARCH}/)`);

if (import.meta.main) prune("node_modules");

function prune(folder: string): void {
  for (const { name, isDirectory, isSymlink } of Array.from(Deno.readDirSync(folder))) {
    const path = join(folder, name);
    if (isDirectory) {
      prune(path);
      if (Array.from(Deno.readDirSync(path)).length === 0) Deno.removeSync(path);
    } else if (!isSymlink && !isRead(path)) {
      Deno.removeSync(path);
    }
  }
}

/**
 * Whether the service reads a file.
 *
 * @param path Its path, from the folder that has `node_modules`.
 * @param mainOf The `main` of the package.json in a folder.
 * @returns Whether it may be read at run time.
 */
export function isRead(path: string, mainOf = mainFile): boolean {
  if (!READ.test(basename(path)) || UNSUITABLE.test(path)) return false;
  // Of each of its packages but the kernels, we import the whole: one file
  const [, tensorflow, file] =
    /^(.*\/node_modules\/@tensorflow\/tfjs(?!-node)[^/]*)\/(.*\.js)$/.exec(path) ?? [];
  return tensorflow === undefined || file === mainOf(tensorflow);
}

function mainFile(folder: string): string {
  return JSON.parse(Deno.readTextFileSync(join(folder, "package.json"))).main;
}
