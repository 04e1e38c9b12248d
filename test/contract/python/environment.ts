import { fileURLToPath } from "node:url";

/** The folder of the virtual environment that `setup.ts` makes. */
export const ENVIRONMENT = fileURLToPath(new URL("../../../.python/contract", import.meta.url));

/**
 * A program of the environment.
 *
 * @param name Such as `python`.
 * @returns Its path.
 */
export function program(name: string): string {
  return `${ENVIRONMENT}/bin/${name}`;
}
