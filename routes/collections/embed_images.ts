import type { CollectionInfo } from "../../src/collections/collections.ts";
import type { Embedded } from "../../src/embed/served_encoder.ts";
import type { Hold } from "../../src/image/fetch_image.ts";
import { LookalikeError } from "../../src/errors.ts";
import type { GivenImage } from "../requests/image_input.ts";
import { readImages } from "../requests/read_images.ts";
import type { Services } from "../services.ts";

/** What {@link embedImages} found: the files beside what was made of them. */
export interface EmbeddedImages extends Embedded {
  files: Uint8Array[];
}

/**
 * Embeds a request's images with a collection's encoder, all together.
 *
 * @param services What the routes stand on.
 * @param request The encoder, `NAME@VERSION`; the images; what the request calls each; how large
 * their thumbnails are, none unless told; a signal that is aborted once nobody waits; and what counts bytes.
 * @returns The files, their vectors, float32 `[F]`, and their thumbnails, in order.
 * @throws {LookalikeError} What reading and embedding throw, with the image's field.
 */
export async function embedImages(
  { encoders, fetchImage }: Services,
  { encoder, images, fieldOf, thumbnail, signal, hold }: {
    encoder: string;
    images: GivenImage[];
    fieldOf: (index: number) => string;
    thumbnail?: number;
    signal: AbortSignal;
    hold: Hold;
  },
): Promise<EmbeddedImages> {
  const files = await readImages(images, { fetchImage, fieldOf, signal, hold });
  const embedded = await encoders.use(
    { model: encoder },
    (served) => served.embed(files, { fieldOf, signal, thumbnail }),
  );
  return { files, ...embedded };
}

/**
 * The encoder of a collection, for an image that came for it.
 *
 * @param info The collection.
 * @param field What the request calls the image.
 * @returns `NAME@VERSION`.
 * @throws {LookalikeError} `invalid_input` if callers bring its vectors.
 */
export function encoderForImage({ name, encoder }: CollectionInfo, field: string): string {
  if (encoder !== null) return encoder;
  throw new LookalikeError(
    "invalid_input",
    `Cannot embed ${field} as collection ${name} must have a model for it: its vectors come without.`,
    { param: field },
  );
}
