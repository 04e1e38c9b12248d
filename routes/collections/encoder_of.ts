import type { EncoderRegistry } from "../../src/embed/encoder_registry.ts";

/**
 * The version that a request means, as a collection keeps it.
 *
 * @param encoders Where encoders are.
 * @param model An alias, `NAME` or `NAME@VERSION`.
 * @returns `NAME@VERSION`, and F of it.
 * @throws {LookalikeError} `not_found` with `model` as its field, or `damaged`.
 */
export async function encoderOf(
  encoders: EncoderRegistry,
  model: string,
): Promise<{ encoder: string; dimension: number }> {
  const { reference, manifest } = await encoders.get(model);
  return { encoder: reference, dimension: manifest.dimension };
}
