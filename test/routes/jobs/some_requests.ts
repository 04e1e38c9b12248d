import { addColours } from "../collections/colours.ts";
import { picture64 } from "../pictures.ts";
import type { TestService } from "../service.ts";

/** Where fine-tuning jobs are. */
export const FINE_TUNING = "/v1/fine_tuning/jobs";
/** Where pretraining jobs are. */
export const PRETRAINING = "/v1/pretraining/jobs";

/** A request that is taken where {@link addPictures} was called. */
export const PROBE = { model: "colours", collection: "pictures" };

/** Adds four labelled pictures in two classes, of `colours@2`, and two without a label. */
export async function addPictures(service: TestService): Promise<void> {
  await addColours(service);
  const items = [{ id: "grey", image: await picture64([90, 90, 90]) }, {
    id: "white",
    image: await picture64([255, 255, 255]),
  }];
  await service.json("PUT", "/v1/collections/pictures/items", { items });
}
