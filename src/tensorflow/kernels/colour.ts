import type * as tf from "@tensorflow/tfjs";
import { FLOAT, op } from "./op.ts";

/**
 * Colours as hue, saturation and value, each in 0 … 1 (`RGBToHSV`).
 *
 * @param x Red, green, blue in 0 … 1, float32 `[…, 3]`.
 * @returns float32 of the same shape. It has no gradient.
 */
export function rgbToHsv<Result extends tf.Tensor>(x: Result): Result {
  return op<Result>("RGBToHSV", { T: FLOAT }, [x]);
}

/**
 * The way back from {@linkcode rgbToHsv} (`HSVToRGB`).
 *
 * @param x Hue, saturation, value in 0 … 1, float32 `[…, 3]`.
 * @returns float32 of the same shape. It has no gradient.
 */
export function hsvToRgb<Result extends tf.Tensor>(x: Result): Result {
  return op<Result>("HSVToRGB", { T: FLOAT }, [x]);
}
