import {
  type EncoderArchitecture,
  forwardFlops,
  parameterCount,
  projectionHeadShape,
  stemFor,
  storedActivations,
  trainingFlops,
} from "../../src/model/mod.ts";
import { resnetLayout } from "../../src/model/resnet_layout.ts";
import { resolveConfig } from "../../train/config.ts";
import type { Recipe } from "./recipes.ts";

/** A GPU by its published figures. */
export interface Gpu {
  name: string;
  /** Products and sums in bfloat16 by dense tensor cores, a second. */
  peakFlops: number;
  /** Bytes of memory. */
  memory: number;
}

/** NVIDIA's data sheet of the H100 SXM: 989 TFLOP/s in dense BF16, 80 GB. */
export const H100: Gpu = { name: "H100 SXM", peakFlops: 989e12, memory: 80e9 };

/** What a recipe costs, all of it estimated from its network and none of it measured. */
export interface Estimate {
  preset: string;
  imageSize: number;
  epochs: number;
  batchSize: number;
  /** Numbers that gradients move, of encoder and head. */
  parameters: number;
  /** Operations of one image's forward pass through the encoder. */
  forwardFlops: number;
  /** Operations of the whole run. */
  runFlops: number;
  utilisation: [least: number, most: number];
  /** On one GPU, at the most and at the least utilisation. */
  hours: [least: number, most: number];
  /** Bytes that one view keeps for the way back, in bfloat16. */
  viewBytes: number;
  /** Bytes of weights, momentum and gradients. */
  weightBytes: number;
  /** Bytes of a step. */
  stepBytes: number;
  /** The largest power of two of images whose step fits. */
  largestBatch: number;
}

const SECONDS_AN_HOUR = 3600;
const BFLOAT16_BYTES = 2;
/**
 * Bytes of a parameter in a step: weight, momentum and gradient in float32, both of the former once
 * more while the new are made, and the weight in bfloat16.
 */
const PARAMETER_BYTES = 5 * 4 + BFLOAT16_BYTES;

/**
 * Estimates what a recipe costs on one GPU.
 *
 * @param recipe The recipe.
 * @param gpu The GPU.
 * @returns Its operations, hours and memory.
 */
export function estimate(recipe: Recipe, gpu: Gpu): Estimate {
  const { preset, images, utilisation } = recipe;
  const config = resolveConfig({}, preset);
  const { imageSize, epochs, batchSize, widthMultiplier } = config;
  const stem = config.stem === "auto" ? stemFor(imageSize) : config.stem;
  const architecture: EncoderArchitecture = { family: config.encoder, stem, widthMultiplier };
  const head = projectionHeadShape({
    kind: config.projectionHead,
    input: resnetLayout(architecture).dimension,
    layers: config.projectionLayers,
    width: config.projectionWidth,
    output: config.projectionDimension,
  });
  const parameters = parameterCount(architecture, head);
  const runFlops = trainingFlops(architecture, { imageSize, head }) * images * epochs;
  const hoursAt = (share: number) => runFlops / (gpu.peakFlops * share) / SECONDS_AN_HOUR;
  const viewBytes = BFLOAT16_BYTES * storedActivations(architecture, imageSize);
  const weightBytes = PARAMETER_BYTES * parameters;
  const fitting = (gpu.memory - weightBytes) / (2 * viewBytes);
  return {
    preset,
    imageSize,
    epochs,
    batchSize,
    parameters,
    forwardFlops: forwardFlops(architecture, { imageSize }),
    runFlops,
    utilisation,
    hours: [hoursAt(utilisation[1]), hoursAt(utilisation[0])],
    viewBytes,
    weightBytes,
    stepBytes: weightBytes + 2 * batchSize * viewBytes,
    largestBatch: 2 ** Math.floor(Math.log2(fitting)),
  };
}
