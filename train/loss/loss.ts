import { LookalikeError } from "../../src/errors.ts";
import type { tf } from "../../src/tensorflow/mod.ts";
import { crossEntropy } from "./cross_entropy.ts";
import { decoupledNtXent } from "./decoupled_nt_xent.ts";
import { marginTriplet } from "./margin_triplet.ts";
import { ntLogistic } from "./nt_logistic.ts";
import { ntXent } from "./nt_xent.ts";
import { supervisedContrastive } from "./supervised_contrastive.ts";

/** The losses that an encoder can be trained with. */
export type LossName =
  | "nt-xent"
  | "nt-logistic"
  | "margin-triplet"
  | "supervised-contrastive"
  | "decoupled-nt-xent"
  | "cross-entropy";

/** Which loss, and its settings; each loss reads only those that it has. */
export interface LossOptions {
  loss: LossName;
  /** τ, of all but margin-triplet and cross-entropy. */
  temperature: number;
  /** m of margin-triplet, in similarity. */
  margin: number;
  /** Compare directions (ℓ2 normalisation) rather than dot products; cross-entropy compares none. */
  normalize: boolean;
  /** Only each anchor's semi-hard negative, of nt-logistic and margin-triplet. */
  semiHard: boolean;
}

/**
 * A loss of one batch, to be called within the compiled step.
 *
 * @param z What the head gives, float32 `[2N, D]`; rows i and i + N are views of one image. For
 * cross-entropy the logits of D classes.
 * @param labels int32 `[N]`, −1 where there is none. Only supervised-contrastive and cross-entropy
 * look at them.
 * @returns The loss, a scalar.
 */
export type Loss = (z: tf.Tensor2D, labels: tf.Tensor1D) => tf.Scalar;

/** The losses that arXiv 2002.05709 §5.1 mines semi-hard negatives for. */
const MINED: LossName[] = ["nt-logistic", "margin-triplet"];

/**
 * The loss that a configuration names.
 *
 * @param options Its name and settings.
 * @returns The loss as a function of what the head gives.
 * @throws {LookalikeError} `invalid_input` if semi-hard negatives are wanted of a loss that weighs
 * negatives by itself. The loss throws what its own function does.
 *
 * @example
 * ```ts
 * import { startTensorFlow, tf } from "../../src/tensorflow/mod.ts";
 * import { createLoss } from "./loss.ts";
 * await startTensorFlow({ device: "cpu" });
 * const settings = { temperature: 0.5, margin: 0.4, normalize: true, semiHard: false };
 * const loss = createLoss({ loss: "nt-xent", ...settings });
 * const z = tf.ones<tf.Rank.R2>([8, 16]);
 * const value = loss(z, tf.fill([4], -1, "int32"));
 * console.assert(Math.abs((await value.data())[0] - Math.log(7)) < 1e-6);
 * ```
 */
export function createLoss(options: LossOptions): Loss {
  const { loss, temperature, margin } = options;
  if (options.semiHard && !MINED.includes(loss)) {
    throw new LookalikeError(
      "invalid_input",
      `Cannot mine semi-hard negatives as the loss must be ${MINED.join(" or ")}: it is ${loss}.`,
      { param: "semiHard" },
    );
  }
  const losses: Record<LossName, Loss> = {
    "nt-xent": (z) => ntXent(z, temperature, options),
    "nt-logistic": (z) => ntLogistic(z, temperature, options),
    "margin-triplet": (z) => marginTriplet(z, margin, options),
    "supervised-contrastive": (z, labels) => supervisedContrastive(z, labels, options),
    "decoupled-nt-xent": (z) => decoupledNtXent(z, temperature, options),
    "cross-entropy": crossEntropy,
  };
  return losses[loss];
}
