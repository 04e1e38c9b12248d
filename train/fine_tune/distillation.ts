import { gatherRows, tf } from "../../src/tensorflow/mod.ts";
import type { Batches } from "../batches.ts";
import { oneView, type ViewOptions } from "./one_view.ts";
import type { UnlabelledLoss } from "./unlabelled_loss.ts";

/**
 * A student learns what its teacher says of unlabelled images: −Σ P_T(y|x; τ) ln P_S(y|x; τ)
 * (arXiv 2006.10029 §2, eq. 2), averaged over the batch. The teacher saw each image once, as it is;
 * the student sees crops and flips of it.
 *
 * @param batches The unlabelled images.
 * @param options What the loss weighs, τ, the teacher's probabilities,
 * float32 `[count, C]`, and how views are drawn.
 * @returns What it adds to a step.
 */
export function distillation(
  batches: Batches,
  options: ViewOptions & {
    weight: number;
    temperature: number;
    probabilities: Float32Array;
    classes: number;
  },
): UnlabelledLoss {
  const { weight, temperature, classes, cropArea, flipProbability } = options;
  const softened = softenProbabilities(options.probabilities, { temperature, classes });
  const targets = tf.tensor2d(softened, [softened.length / classes, classes]); // [count, C]
  return {
    batches,
    weight,
    views: (images, { size, seed }) => oneView(images, { cropArea, flipProbability, size, seed }), // [M, S, S, 3]
    of(network, { features }, numbers) {
      const own = tf.logSoftmax(tf.div(network.logits(features), temperature)); // [M, C]
      const wanted = gatherRows(targets, numbers); // [M, C]
      return tf.neg(tf.mean(tf.sum(tf.mul(wanted, own), 1)));
    },
    dispose() {
      batches.dispose();
      targets.dispose();
    },
  };
}

/** softmax(logits / τ) of probabilities, which are softmax(logits): p^(1/τ) over their sum. */
function softenProbabilities(
  probabilities: Float32Array,
  options: { temperature: number; classes: number },
): Float32Array {
  const { temperature, classes } = options;
  const softened = new Float32Array(probabilities.length);
  for (let row = 0; row < probabilities.length; row += classes) {
    const own = probabilities.subarray(row, row + classes);
    const most = Math.max(...own); // relative to it, so that a small τ leaves something
    const powers = Array.from(own, (p) => (p / most) ** (1 / temperature));
    const sum = powers.reduce((total, power) => total + power, 0);
    softened.set(powers.map((power) => power / sum), row);
  }
  return softened;
}
