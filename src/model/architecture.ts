import { z } from "zod";

/** What an encoder is made of, as its manifest keeps it: enough to build it again and load weights. */
export const encoderArchitectureSchema = z.strictObject({
  /** The family of networks. */
  family: z.literal("resnet18"),
  /** The first layers: `cifar` is a 3×3 convolution of stride 1 without max-pooling. */
  stem: z.literal("cifar"),
  /** Channels in the stem over 64. */
  widthMultiplier: z.number().positive(),
});

/** What an encoder is made of; {@link encoderArchitectureSchema} describes each field. */
export type EncoderArchitecture = z.infer<typeof encoderArchitectureSchema>;
