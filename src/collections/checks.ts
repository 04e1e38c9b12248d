import { LookalikeError } from "../errors.ts";

const MOST_ID = 512;
const MOST_LABEL = 256;
const MOST_METADATA = 65_536;
/** What a page of items says of where the next one begins. */
export const CURSOR = /^[1-9][0-9]{0,14}$/;
/** How deep metadata may be nested: deeper objects could overflow the stack of whoever reads them. */
export const MOST_METADATA_DEPTH = 32;
/** The longest vector, in numbers. */
export const MOST_DIMENSION = 16_384;
/** The greatest length of a vector, so that no score of two leaves float32: 2¹²⁴ and half of it. */
const MOST_LENGTH = 2 ** 62;

/** How a vector is checked: the F that it must have, if that is fixed, and what the caller calls it. */
export interface VectorCheck {
  dimension?: number;
  param: string;
}

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
export function unitVector(vector: Float32Array, options: VectorCheck): Float32Array {
  const length = checkedLength(vector, options);
  if (length === 0) throw invalid(options.param, "some number must not be zero: all are");
  const unit = new Float32Array(vector.length);
  for (let at = 0; at < unit.length; at++) unit[at] = vector[at] / length;
  return unit;
}

/**
 * Takes a vector as it is.
 *
 * @param vector float32 `[F]`.
 * @param options As for {@linkcode unitVector}.
 * @returns A copy.
 * @throws {LookalikeError} `invalid_input` if it has another length, a number that is not finite, or
 * a length above 2⁶².
 */
export function plainVector(vector: Float32Array, options: VectorCheck): Float32Array {
  const length = checkedLength(vector, options);
  if (length > MOST_LENGTH) {
    throw invalid(options.param, `its length must be at most ${MOST_LENGTH}: it is ${length}`);
  }
  return vector.slice();
}

function checkedLength(vector: Float32Array, options: VectorCheck): number {
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
  return Math.sqrt(squares);
}

/**
 * Checks an item's id.
 *
 * @param id 1 to 512 characters, none of them a control character.
 * @param param What the caller calls the id.
 * @throws {LookalikeError} `invalid_input` if it is anything else.
 */
export function checkId(id: string, param: string): void {
  checkText(id, { most: MOST_ID, param });
}

/**
 * Checks an item's label.
 *
 * @param label 1 to 256 characters, none of them a control character; null or nothing for none.
 * @param param What the caller calls the label.
 * @returns The label, or null.
 * @throws {LookalikeError} `invalid_input` if it is anything else.
 */
export function checkLabel(label: string | null | undefined, param: string): string | null {
  if (label === undefined || label === null) return null;
  checkText(label, { most: MOST_LABEL, param });
  return label;
}

function checkText(text: string, { most, param }: { most: number; param: string }): void {
  const wrong = text.length === 0 || text.length > most
    ? `it must have 1 to ${most} characters: it has ${text.length}`
    // deno-lint-ignore no-control-regex -- which is what it is about
    : /[\u0000-\u001f\u007f]/.test(text) || !text.isWellFormed()
    ? `it must have no control characters or halves of characters: it is ${JSON.stringify(text)}`
    : undefined;
  if (wrong !== undefined) throw invalid(param, wrong);
}

/**
 * Writes an item's metadata as JSON.
 *
 * @param metadata A JSON object, at most 32 deep.
 * @param param What the caller calls the metadata.
 * @returns Its text.
 * @throws {LookalikeError} `invalid_input` if it is no JSON object, or longer than 65,536 characters.
 */
export function encodeMetadata(metadata: Record<string, unknown>, param: string): string {
  if (depthOf(metadata) > MOST_METADATA_DEPTH) {
    throw invalid(param, `it must be at most ${MOST_METADATA_DEPTH} deep: it is more`);
  }
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

/** How deep a value is nested, as far as it matters. */
function depthOf(value: unknown, above = 0): number {
  if (typeof value !== "object" || value === null || above > MOST_METADATA_DEPTH) return above;
  return Object.values(value).reduce<number>(
    (most, inner) => Math.max(most, depthOf(inner, above + 1)),
    above + 1,
  );
}

/**
 * Checks a count from outside.
 *
 * @param value A whole number from 1 up.
 * @param options `most` is the greatest, unless any is right; `param` is what the caller calls it.
 * @throws {LookalikeError} `invalid_input` if it is anything else.
 */
export function checkCount(
  value: number,
  { most = Number.MAX_SAFE_INTEGER, param }: { most?: number; param: string },
): void {
  if (Number.isSafeInteger(value) && value >= 1 && value <= most) return;
  const range = most === Number.MAX_SAFE_INTEGER ? "from 1 up" : `from 1 to ${most}`;
  throw invalid(param, `it must be a whole number ${range}: it is ${value}`);
}

/**
 * Checks a choice from outside.
 *
 * @param value One of the choices.
 * @param options The `choices`, and what the caller calls it.
 * @throws {LookalikeError} `invalid_input` if it is anything else.
 */
export function checkChoice(
  value: string,
  { choices, param }: { choices: readonly string[]; param: string },
): void {
  if (choices.includes(value)) return;
  const said = String(JSON.stringify(value)).slice(0, 100);
  throw invalid(param, `it must be one of ${choices.join(", ")}: it is ${said}`);
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
