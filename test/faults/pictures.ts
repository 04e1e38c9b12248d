import sharp from "sharp";
import { normalize } from "../../src/embed/normalize.ts";
import { createTensorFlowRunner } from "../../src/embed/tensorflow_runner.ts";
import { sha256 } from "../../src/files.ts";
import { decodeImage } from "../../src/image/mod.ts";
import type { Encoder } from "../../src/model/mod.ts";
import { random } from "../../src/random.ts";

/** An image file whose vectors are known. */
export interface Picture {
  bytes: Uint8Array<ArrayBuffer>;
  base64: string;
  sha256: string;
  /** By the encoder's version less 1: float32 `[F]` each, of length 1. */
  vectors: Float32Array[];
}

/**
 * JPEGs of blurred noise, no two alike, and what each encoder makes of them. TensorFlow must run.
 *
 * @param count How many.
 * @param options The encoders and the side of their images.
 * @returns The pictures.
 */
export async function drawPictures(
  count: number,
  { encoders, side }: { encoders: Encoder[]; side: number },
): Promise<Picture[]> {
  const runners = encoders.map((encoder) =>
    createTensorFlowRunner(encoder, { side, maxBatch: 1, precision: "float32" })
  );
  const pictures: Picture[] = [];
  for (let seed = 0; seed < count; seed++) {
    const bytes = await noise(seed);
    const pixels = await decodeImage(bytes, { side });
    const vectors: Float32Array[] = [];
    for (const runner of runners) vectors.push(normalize(await runner.run(pixels, 1)));
    pictures.push({ bytes, base64: bytes.toBase64(), sha256: sha256(bytes), vectors });
  }
  for (const runner of runners) runner.dispose();
  return pictures;
}

async function noise(seed: number): Promise<Uint8Array<ArrayBuffer>> {
  const source = random(seed);
  const pixels = Uint8Array.from({ length: 6 * 6 * 3 }, () => source.below(256));
  const raw = { width: 6, height: 6, channels: 3 as const };
  return new Uint8Array(await sharp(pixels, { raw }).resize(40, 40).jpeg().toBuffer());
}
