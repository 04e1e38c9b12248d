import { decodeImage } from "./decode.ts";
import type { ImageDecoder } from "./image_decoder.ts";
import type { ImageLimits } from "./limits.ts";
import { makeThumbnail } from "./thumbnail.ts";

/**
 * Decodes images in this very process: for tests, and for tools that trust their images. A bug in a
 * decoder that a hostile image finds is a bug in the process; there is no bound of time or memory.
 *
 * @param limits What an image may cost.
 * @returns The decoder.
 */
export function createLocalDecoder(limits: ImageLimits): ImageDecoder {
  let busy = 0;
  let decoded = 0;
  return {
    async decode(file, { side, thumbnail }) {
      busy++;
      try {
        const pixels = await decodeImage(file, { side, limits });
        const small = thumbnail === undefined
          ? null
          : await makeThumbnail(file, { longest: thumbnail, limits });
        decoded++;
        return { pixels, thumbnail: small };
      } finally {
        busy--;
      }
    },
    stats: () => ({ processes: 0, busy, decoded, killed: 0, restarts: 0 }),
    close: () => Promise.resolve(),
  };
}
