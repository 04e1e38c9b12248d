import { LookalikeError } from "../../src/errors.ts";
import type { Hold, ImageFetcher } from "../../src/image/fetch_image.ts";
import { createGate } from "../../src/gate.ts";
import type { GivenImage } from "./image_input.ts";

/** Addresses of one request that are fetched at a time. */
const AT_A_TIME = 4;

/**
 * The files of a request's images: those at an address are fetched, a few at a time.
 *
 * @param images What `imageInput` made of the request.
 * @param options.fetchImage What fetches; null where the service takes no addresses.
 * @param options.fieldOf What the request calls the image at an index; `input[0]` unless told.
 * @param options.signal Aborted once nobody waits for the answer.
 * @param options.hold Is told the size of what arrives, as of a body, and throws if it is too much.
 * @returns The files, in order.
 * @throws {LookalikeError} `invalid_input` with the image's field for an address that may not, or
 * cannot, be fetched, and what else fetching throws; the first failure ends the other fetches.
 */
export async function readImages(
  images: GivenImage[],
  { fetchImage, fieldOf = (index) => `input[${index}]`, signal, hold }: {
    fetchImage: ImageFetcher | null;
    fieldOf?: (index: number) => string;
    signal: AbortSignal;
    hold?: Hold;
  },
): Promise<Uint8Array[]> {
  const gate = createGate(AT_A_TIME);
  const failed = new AbortController();
  const until = AbortSignal.any([signal, failed.signal]);
  return await Promise.all(images.map(async (image, index) => {
    if (image instanceof Uint8Array) return image;
    try {
      if (fetchImage === null) throw noAddresses();
      return await gate(() => fetchImage(image, { signal: until, hold }));
    } catch (error) {
      failed.abort();
      throw ofField(error, fieldOf(index));
    }
  }));
}

function noAddresses(): LookalikeError {
  return new LookalikeError(
    "invalid_input",
    "Cannot take an address as this service fetches none: send the image itself in base64 or as " +
      "a data: URI.",
  );
}

function ofField(error: unknown, param: string): unknown {
  if (!(error instanceof LookalikeError)) return error;
  const { code, message, retryAfter } = error;
  return new LookalikeError(code, message, { param, retryAfter, cause: error });
}
