import { stripVTControlCharacters } from "node:util";
import { messageOf } from "../../src/errors.ts";
import type { World } from "./world.ts";

/**
 * Notes what is thrown as a problem.
 *
 * @param world Which has the problems.
 * @param work What may throw.
 * @returns What the work returned, or nothing if it threw.
 */
export async function noting<T>(world: World, work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    world.problems.push(sentenceOf(error));
  }
}

/**
 * What an assertion says, without its colours and its comparison line by line.
 *
 * @param error What was thrown.
 * @returns A sentence, not too long.
 */
export function sentenceOf(error: unknown): string {
  return stripVTControlCharacters(messageOf(error)).split("\n")[0].slice(0, 500);
}

/**
 * Waits.
 *
 * @param milliseconds How long.
 */
export function delay(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
