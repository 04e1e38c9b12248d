import type { ClassifierStore } from "../classifiers/classifiers.ts";
import type { EncoderRegistry } from "../embed/encoder_registry.ts";
import { LookalikeError } from "../errors.ts";

/** Where names are taken already. */
export interface TakenNames {
  encoders: EncoderRegistry;
  classifiers: ClassifierStore;
}

/**
 * Refuses a job whose result could not be saved by its name, or promoted to its alias.
 *
 * @param result The name that comes out, the request's field that decides it, the alias that is to
 * follow, if any, and whether a classifier is to come out or an encoder.
 * @param taken Where names are taken already.
 * @throws {LookalikeError} `conflict` if an alias has the name, or the name is the alias's.
 */
export async function checkResultNames(
  { name, param, alias, kind }: {
    name: string;
    param: string;
    alias: string | null;
    kind: "classifier" | "encoder";
  },
  { encoders, classifiers }: TakenNames,
): Promise<void> {
  const aliases = [
    ...await encoders.aliases(),
    ...kind === "classifier" ? await classifiers.aliases() : [],
  ];
  if (aliases.some(({ alias }) => alias === name)) {
    const reason = `the result must have a name that no alias has: ${name} is one`;
    throw new LookalikeError("conflict", `Cannot take the job as ${reason}.`, { param });
  }
  if (alias === null) return;
  const names = kind === "classifier"
    ? (await classifiers.list()).manifests.map(({ name }) => name)
    : (await encoders.list()).map(({ reference }) => reference.split("@")[0]);
  if (alias !== name && !names.includes(alias)) return;
  throw new LookalikeError(
    "conflict",
    `Cannot take the job as no ${kind} must have the name of the alias: ${alias} has it, or is to.`,
    { param: "promote.alias" },
  );
}
