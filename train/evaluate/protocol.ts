import { LookalikeError } from "../../src/errors.ts";

/** The ways of measuring an encoder, and what another seed changes in each. */
export const PROTOCOLS = {
  "linear-lbfgs": {
    summary: "logistic regression on h by L-BFGS (arXiv 2002.05709 §B.8)",
    seed:
      "which fifth of the training images picks the penalty, and the untrained network's weights",
  },
  knn: {
    summary: "weighted vote of the 200 nearest neighbours by h, τ 0.1",
    seed: "the untrained network's weights; nothing else in it is drawn",
  },
  linear: {
    summary: "a linear classifier on h by SGD, with crops and flips (§B.6)",
    seed: "crops, flips and the order of the images",
  },
  semi: {
    summary: "few labels: everything fine-tuned, beside from scratch and the probe (§B.5)",
    seed: "which images have labels, crops, flips, their order, and the weights from scratch",
  },
  transfer: {
    summary: "all labels of these images: probed and fine-tuned, beside from scratch (§B.8)",
    seed: "the probe's fifth, crops, flips, their order, and the weights from scratch",
  },
} as const;

/** The name of a protocol. */
export type Protocol = keyof typeof PROTOCOLS;

/**
 * Reads a list of protocols.
 *
 * @param text Names with commas between.
 * @returns The protocols, each once, in the order given.
 * @throws {LookalikeError} `invalid_input` if one is not known, naming those that are.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { parseProtocols } from "./protocol.ts";
 * assertEquals(parseProtocols("knn,semi"), ["knn", "semi"]);
 * ```
 */
export function parseProtocols(text: string): Protocol[] {
  const names = text.split(",").map((name) => name.trim());
  const unknown = names.find((name) => !Object.hasOwn(PROTOCOLS, name));
  if (unknown === undefined) return [...new Set(names as Protocol[])];
  throw new LookalikeError(
    "invalid_input",
    `Cannot evaluate by ${JSON.stringify(unknown)} as a protocol must be one of ` +
      `${Object.keys(PROTOCOLS).join(", ")}.`,
    { param: "--protocol" },
  );
}
