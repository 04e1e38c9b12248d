import type { ClassifierStore } from "../../src/classifiers/classifiers.ts";
import type { Alias } from "../../src/encoders/aliases.ts";
import { LookalikeError } from "../../src/errors.ts";

/**
 * The aliases of classifiers as far as they can be read: while their file is damaged, classifiers are
 * known by their own names. The list of aliases itself says so.
 *
 * @param classifiers Where they are.
 * @returns The aliases, by name.
 */
export async function knownAliases(classifiers: ClassifierStore): Promise<Alias[]> {
  return await classifiers.aliases().catch((error) => {
    if (error instanceof LookalikeError && error.code === "damaged") return [];
    throw error;
  });
}
