import type { Preset } from "./preset.ts";

/**
 * The paper's recipe for ImageNet (arXiv 2002.05709 §2.2, §A and table 6) on ResNet-50 of some width:
 * for many GPUs, or with a smaller batch for one (docs/cost.md). Crops are cut from squares of 256
 * pixels, where the reference cuts them from whole files.
 *
 * @param widthMultiplier 1, 2 or 4.
 * @param result Linear evaluation, top-1, as the paper reports it.
 * @returns The preset.
 */
function imagenet(widthMultiplier: number, result: string): Preset {
  return {
    summary: `ResNet-50 at width ${widthMultiplier} on ImageNet, 1,000 epochs (paper: ${result})`,
    configuration: {
      imageSize: 224,
      storedSize: 256,
      encoder: "resnet50",
      ...(widthMultiplier === 1 ? {} : { widthMultiplier }),
      temperature: 0.1,
      epochs: 1000,
      batchSize: 4096,
      augmentation: "crop,flip,colour-jitter,grayscale,blur",
      colourStrength: 1,
      probeEvery: 10,
    },
  };
}

/** ResNet-50 at width 1×. */
export const imagenetResnet50 = imagenet(1, "69.3 %");
/** ResNet-50 at width 2×. */
export const imagenetResnet50x2 = imagenet(2, "74.2 %");
/** ResNet-50 at width 4×. */
export const imagenetResnet50x4 = imagenet(4, "76.5 %");
