import { type EncoderArchitecture, stemFor } from "../src/model/mod.ts";
import type { PretrainConfig } from "./config.ts";

/**
 * The encoder that a configuration describes.
 *
 * @param config Its family, width, stem, and the size of its images.
 * @returns The architecture, its stem chosen.
 */
export function architectureOf(
  config: Pick<PretrainConfig, "encoder" | "stem" | "imageSize" | "widthMultiplier">,
): EncoderArchitecture {
  const { encoder, stem, imageSize, widthMultiplier } = config;
  return { family: encoder, stem: stem === "auto" ? stemFor(imageSize) : stem, widthMultiplier };
}
