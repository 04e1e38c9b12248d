import sharp from "sharp";

/** A colour, red, green and blue from 0 to 255. */
export type Colour = [number, number, number];

/**
 * A picture of one colour as a PNG file.
 *
 * @param colour Its colour, which comes back exactly.
 * @param size Its side in pixels.
 * @returns The file.
 */
export async function picture(colour: Colour, size = 8): Promise<Uint8Array> {
  const [r, g, b] = colour;
  const create = { width: size, height: size, channels: 3 as const, background: { r, g, b } };
  return new Uint8Array(await sharp({ create }).png().toBuffer());
}

/**
 * A picture of one colour in base64, as JSON has it.
 *
 * @param colour Its colour.
 * @param size Its side in pixels.
 * @returns The text.
 */
export async function picture64(colour: Colour, size = 8): Promise<string> {
  return (await picture(colour, size)).toBase64();
}
