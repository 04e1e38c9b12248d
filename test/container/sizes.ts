import { join } from "node:path";
import { run } from "./command.ts";

/** What takes room in the image, by path. */
const PARTS = {
  "TensorFlow": "app/.tensorflow",
  "Deno": "usr/local/bin/deno",
  "npm packages": "app/node_modules",
  "all files": ".",
};

/**
 * What an image takes, uncompressed.
 *
 * @param root The folder that it is laid out in.
 * @returns A line for each part of it, in megabytes.
 */
export async function sizesOf(root: string): Promise<string> {
  const lines = Object.entries(PARTS).map(async ([name, path]) => {
    const bytes = parseInt(await run("du", ["--bytes", "--summarize", join(root, path)]));
    return `${(bytes / 1e6).toFixed(1).padStart(8)} MB  ${name}`;
  });
  return (await Promise.all(lines)).join("\n");
}
