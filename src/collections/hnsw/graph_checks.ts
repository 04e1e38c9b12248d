import { invalid } from "../checks.ts";

/**
 * Checks what the library would take unseen: it reads past a short vector, and a number that is not
 * finite spoils the graph around it.
 *
 * @param vector What should be float32 `[F]`, all finite.
 * @param options `dimension` is F; `param` is what the caller calls the vector.
 * @throws {LookalikeError} `invalid_input` if it is anything else.
 */
export function checkVector(
  vector: Float32Array,
  { dimension, param }: { dimension: number; param: string },
): void {
  if (vector.length !== dimension) {
    throw invalid(param, `it must have ${dimension} numbers: it has ${vector.length}`);
  }
  const at = vector.findIndex((value) => !Number.isFinite(value));
  if (at >= 0) throw invalid(param, `number ${at} must be finite: it is ${vector[at]}`);
}

/**
 * Checks a whole number.
 *
 * @param value The number.
 * @param options `least` is the smallest that may be; `param` is what the caller calls it.
 * @throws {LookalikeError} `invalid_input` if it is anything else.
 */
export function checkWhole(
  value: number,
  { least, param }: { least: number; param: string },
): void {
  if (Number.isSafeInteger(value) && value >= least) return;
  throw invalid(param, `it must be a whole number from ${least} up: it is ${value}`);
}
