import type { ClassifierStore } from "../classifiers/classifiers.ts";
import type { EncoderRegistry } from "../embed/encoder_registry.ts";
import type { Alias } from "../encoders/aliases.ts";
import { LookalikeError } from "../errors.ts";
import type { Comparison, Job, Promotion } from "./job.ts";

/** What a job made, among its like. */
interface Candidate {
  /** `NAME@VERSION`. */
  reference: string;
  aliases(): Promise<Alias[]>;
  /** Makes it ready to answer. */
  warm(): Promise<void>;
  /** Gives an alias to it. */
  take(alias: string): Promise<Alias>;
}

/**
 * Makes what lets aliases follow the results of jobs. An alias that has moved since its version was
 * compared stays where it is, as somebody wanted it so. Asked again after the alias has followed, it
 * says that it has.
 *
 * @param stores What has the aliases: of classifiers for fine-tuning, of encoders for pretraining.
 * @returns What settles the alias of a job that has succeeded. It rejects where it is worthwhile to
 * try again, as when the disk is full; otherwise what goes wrong is why the alias stays.
 */
export function createPromoter(
  stores: { classifiers: ClassifierStore; encoders: EncoderRegistry },
): (job: Job) => Promise<Promotion> {
  return async (job) => {
    const { result, request: { promote } } = job;
    const candidate = candidateOf(job, stores);
    if (result === null || promote === null || candidate === null) {
      return kept("The job made nothing that an alias could follow.");
    }
    const { alias, when } = promote;
    const { reference, aliases, warm, take } = candidate;

    /** Why the alias stays, or null if it is to follow. */
    async function obstacle(): Promise<string | null> {
      const current = (await aliases()).find((one) => one.alias === alias)?.reference ?? null;
      if (when === "always" || current === reference) return null;
      return whyNot(result!.comparisons, { alias, current });
    }

    try {
      let reason = await obstacle();
      if (reason === null) {
        await warm();
        reason = await obstacle(); // as that took a while
      }
      if (reason !== null) return kept(reason);
      await take(alias);
      return { status: "promoted", reason: `${alias} has ${reference} now.` };
    } catch (error) {
      if (!(error instanceof LookalikeError) || error.code === "unavailable") throw error;
      return kept(error.message);
    }
  };
}

function candidateOf(
  { request, result }: Job,
  { classifiers, encoders }: { classifiers: ClassifierStore; encoders: EncoderRegistry },
): Candidate | null {
  const reference = (request.kind === "fine_tuning" ? result?.classifier : result?.model) ?? null;
  if (reference === null) return null;
  if (request.kind === "pretraining") {
    return {
      reference,
      aliases: encoders.aliases,
      warm: () => Promise.resolve(), // setAlias does
      take: (alias) => encoders.setAlias(alias, reference),
    };
  }
  return {
    reference,
    aliases: classifiers.aliases,
    async warm() {
      const { manifest: { encoder, layer } } = await classifiers.load(reference);
      await encoders.use({ model: encoder, layer }, () => Promise.resolve());
    },
    take: (alias) => classifiers.setAlias(alias, reference),
  };
}

/** Why an alias stays, by what the result was compared with; null if it is to follow. */
function whyNot(
  [origin, ...others]: Comparison[],
  { alias, current }: { alias: string; current: string | null },
): string | null {
  // Where the alias had something, that is among the others, or is the origin itself.
  const comparison = current !== null
    ? [origin, ...others].find((one) => one?.with === current)
    : others.length === 0
    ? origin
    : undefined;
  if (comparison !== undefined) return comparison.isBetter === true ? null : comparison.reason;
  return current === null
    ? `${alias} stays without a version, as it has lost its own since the result was compared.`
    : `${alias} stays with ${current}, as the result was not compared with that.`;
}

function kept(reason: string): Promotion {
  return { status: "kept", reason };
}
