import { type Colour, picture64 } from "../pictures.ts";
import type { TestService } from "../service.ts";

/** Colours by the ids that items have: with what an address must have encoded. */
export const COLOURS: Record<string, Colour> = {
  red: [255, 0, 0],
  "dark red": [90, 5, 5],
  "shades/of/blue #1": [0, 0, 200],
  grün: [0, 255, 0],
};

/**
 * Adds pictures of the colours, with labels and metadata.
 *
 * @param service Where to.
 * @param name The collection.
 * @returns The answer.
 */
export async function addColours({ json }: TestService, name = "pictures") {
  const items = await Promise.all(
    Object.entries(COLOURS).map(async ([id, colour]) => ({
      id,
      image: await picture64(colour),
      label: id.includes("red") ? "warm" : "cold",
      metadata: { length: id.length, of: { which: "colours" } },
    })),
  );
  return await json("PUT", `/v1/collections/${name}/items`, { model: "colours", items });
}
