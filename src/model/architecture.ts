import { z } from "zod";

/** What an encoder is made of, as its manifest keeps it: enough to build it again and load weights. */
export const encoderArchitectureSchema = z.strictObject({
  /** ResNets by their number of layers (He et al., arXiv 1512.03385, table 1). */
  family: z.enum(["resnet18", "resnet34", "resnet50", "resnet101", "resnet152"]),
  /**
   * The first layers: `cifar` is a 3×3 convolution of stride 1 without max-pooling (arXiv 2002.05709
   * §B.9), `imagenet` a 7×7 convolution and a 3×3 max-pooling, both of stride 2.
   */
  stem: z.enum(["cifar", "imagenet"]),
  /** Channels of every layer over those of the usual network, whose stem has 64. */
  widthMultiplier: z.number().positive(),
  /**
   * The mean and standard deviation of each colour by which images in 0 … 1 are normalised first, as
   * torchvision's networks want it. They cannot become part of the first convolution: it pads with
   * zeros, which stand for the mean. SimCLR has none (arXiv 2002.05709, reference implementation).
   */
  normalization: z.strictObject({
    mean: z.array(z.number()).length(3),
    deviation: z.array(z.number().positive()).length(3),
  }).optional(),
});

/** What an encoder is made of; {@link encoderArchitectureSchema} describes each field. */
export type EncoderArchitecture = z.infer<typeof encoderArchitectureSchema>;

/** There the cifar stem leaves 8×8 places, about as many as the imagenet stem leaves of 224×224. */
const LARGEST_SMALL_IMAGE = 64;

/**
 * The stem that suits images of a size: of 32×32, the imagenet stem would leave one place.
 *
 * @param imageSize The side of the images in pixels.
 * @returns `cifar` up to 64 pixels, else `imagenet`.
 */
export function stemFor(imageSize: number): EncoderArchitecture["stem"] {
  return imageSize <= LARGEST_SMALL_IMAGE ? "cifar" : "imagenet";
}
