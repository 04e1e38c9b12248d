import { LookalikeError } from "../errors.ts";

const MOST_ID = 512;
const MOST_METADATA = 65_536;
const MOST_DIMENSION = 16_384;

/**
 * Brings a vector to length 1.
 *
 * @param vector float32 `[F]`.
 * @param options `dimension` is the F that it must have, if that is fixed; `param` is what the
 * caller calls the vector.
 * @returns A new float32 `[F]` of length 1.
 * @throws {LookalikeError} `invalid_input` if it has another length, or has no direction: all
 * numbers zero, or one not finite.
 *
 * @example
 * ```ts
 * import { unitVector } from "./checks.ts";
 * const [x, y] = unitVector(Float32Array.of(3, 4), { param: "vectors[0]" });
 * console.assert(Math.abs(x - 0.6) < 1e-7 && Math.abs(y - 0.8) < 1e-7);
 * ```
 */
export function unitVector(
  vector: Float32Array,
  options: { dimension?: number; param: string },
): Float32Array {
  const { dimension = vector.length, param } = options;
  if (vector.length !== dimension) {
    throw invalid(param, `it must have ${dimension} numbers: it has ${vector.length}`);
  }
  if (vector.length === 0 || vector.length > MOST_DIMENSION) {
    throw invalid(param, `it must have 1 to ${MOST_DIMENSION} numbers: it has ${vector.length}`);
  }
  let squares = 0; // in float64, which holds the square of any float32
  for (let at = 0; at < dimension; at++) squares += vector[at] * vector[at];
  if (!Number.isFinite(squares)) {
    const at = vector.findIndex((value) => !Number.isFinite(value));
    throw invalid(param, `number ${at} must be finite: it is ${vector[at]}`);
  }
  if (squares === 0) throw invalid(param, "some number must not be zero: all are");
  const length = Math.sqrt(squares);
  const unit = new Float32Array(dimension);
  for (let at = 0; at < dimension; at++) unit[at] = vector[at] / length;
  return unit;
}

/**
 * Checks an item's id.
 *
 * @param id 1 to 512 characters, none of them a control character.
 * @param param What the caller calls the id.
 * @throws {LookalikeError} `invalid_input` if it is anything else.
 */
export function checkId(id: string, param: string): void {
  const wrong = id.length === 0 || id.length > MOST_ID
    ? `it must have 1 to ${MOST_ID} characters: it has ${id.length}`
    // deno-lint-ignore no-control-regex -- which is what it is about
    : /[\u0000-\u001f\u007f]/.test(id) || !id.isWellFormed()
    ? `it must have no control characters or halves of characters: it is ${JSON.stringify(id)}`
    : undefined;
  if (wrong !== undefined) throw invalid(param, wrong);
}

/**
 * Writes an item's metadata as JSON.
 *
 * @param metadata A JSON object.
 * @param param What the caller calls the metadata.
 * @returns Its text.
 * @throws {LookalikeError} `invalid_input` if it is no JSON object, or longer than 65,536 characters.
 */
export function encodeMetadata(metadata: Record<string, unknown>, param: string): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(metadata);
  } catch (cause) {
    throw invalid(param, "it must be a JSON object: it cannot be written as one", cause);
  }
  if (!text?.startsWith("{")) {
    throw invalid(param, `it must be a JSON object: it is ${text?.slice(0, 100)}`);
  }
  if (text.length > MOST_METADATA) {
    throw invalid(param, `it must have at most ${MOST_METADATA} characters: it has ${text.length}`);
  }
  return text;
}

/**
 * An error about an argument.
 *
 * @param param What the caller calls it.
 * @param reason The sentence's end: «it must be …: it is …».
 * @param cause The error underneath.
 * @returns The error, to be thrown.
 */
export function invalid(param: string, reason: string, cause?: unknown): LookalikeError {
  return new LookalikeError("invalid_input", `Cannot take ${param} as ${reason}.`, {
    param,
    cause,
  });
}
