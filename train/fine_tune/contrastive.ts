import { pipelineOf } from "../augment/pipeline.ts";
import { twoViews } from "../augment/two_views.ts";
import type { Batches } from "../batches.ts";
import { resolveConfig } from "../config.ts";
import { ntXent } from "../loss/nt_xent.ts";
import type { UnlabelledLoss } from "./unlabelled_loss.ts";

/**
 * The contrastive loss of pretraining goes on beside the cross-entropy: two views of each unlabelled
 * image, as pretraining draws them, through the projection head (arXiv 2002.05709 §2.1).
 *
 * @param batches The unlabelled images.
 * @param options What the loss weighs, and its τ.
 * @returns What it adds to a step.
 */
export function contrastive(
  batches: Batches,
  options: { weight: number; temperature: number },
): UnlabelledLoss {
  const { weight, temperature } = options;
  const config = resolveConfig({});
  const pipeline = pipelineOf(config, config.augmentation);
  return {
    batches,
    weight,
    views: (images, { size, seed }) =>
      twoViews(images, { first: pipeline, second: pipeline, size, seed }), // [2M, S, S, 3]
    of: (_network, { z }) => ntXent(z, temperature),
    dispose: () => batches.dispose(),
  };
}
