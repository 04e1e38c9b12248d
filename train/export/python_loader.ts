import { fileURLToPath } from "node:url";

/**
 * The Python file that loads a network in PyTorch.
 *
 * @param weights The name of the file of weights beside it.
 * @returns Its text.
 */
export async function pythonLoader(weights: string): Promise<string> {
  const text = await Deno.readTextFile(fileURLToPath(new URL("./loader.py", import.meta.url)));
  return text.replace("encoder.safetensors", () => JSON.stringify(weights).slice(1, -1));
}

/**
 * A name for the Python file, such that it can be imported.
 *
 * @param weights The name of the file of weights, such as `flowers-2.safetensors`.
 * @returns Such as `flowers_2.py`.
 */
export function pythonName(weights: string): string {
  const module = weights.replace(/\.safetensors$/i, "").replaceAll(/[^A-Za-z0-9_]/g, "_");
  return `${/^[0-9]/.test(module) ? "_" : ""}${module}.py`;
}
