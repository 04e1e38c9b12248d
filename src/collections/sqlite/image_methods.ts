import { join } from "node:path";
import { checkName } from "../../encoders/reference.ts";
import { LookalikeError } from "../../errors.ts";
import { syncFolder } from "../../files.ts";
import type { Collections, LinkedImage } from "../collections.ts";
import { sideBySide } from "../side_by_side.ts";
import type { KeptImage } from "./image_files.ts";
import type { PicturedItem } from "./image_rows.ts";
import { itemNotFound } from "./item_not_found.ts";
import type { Parts } from "./parts.ts";

/** How many items are read from the database at once, so that others have their turn between. */
const PAGE = 1024;
/** How many files are linked at once. */
const MOST_LINKERS = 8;

type Methods = Pick<Collections, "image" | "thumbnail" | "linkImages">;

/**
 * The methods about items' images.
 *
 * @param parts What they stand on.
 * @returns The methods.
 */
export function imageMethods({ collections, images, files }: Parts): Methods {
  const keyOf = (name: string) => collections.get(checkName(name, "collection")).key;

  const keptImage = (name: string, id: string) => {
    const kept = images.image(keyOf(name), id);
    if (kept === undefined) throw itemNotFound(name, { id });
    if (kept === null) throw notKept(name, { id, what: "original image" });
    return kept;
  };

  /** The items whose images are to be linked, in the order of their keys. */
  function* pages(
    name: string,
    { ids, labelled }: { ids?: string[]; labelled?: boolean },
  ): Generator<PicturedItem[]> {
    const collection = keyOf(name);
    if (ids !== undefined) {
      const named = [...new Set(ids)].map((id) => {
        const item = images.item(collection, id);
        if (item === undefined) throw itemNotFound(name, { id, param: "ids" });
        return item;
      });
      const wanted = named.filter(({ label }) =>
        labelled === undefined || labelled === (label !== null)
      );
      return yield wanted.sort((a, b) => a.key - b.key);
    }
    for (let after = 0, more = true; more;) {
      const page = images.page(collection, { after, limit: PAGE, labelled });
      yield page;
      more = page.length === PAGE;
      after = page.at(-1)?.key ?? after;
    }
  }

  /** Links an item's image as it is now, under a number; undefined if the item was removed. */
  const link = async (
    name: string,
    { item, number, folder }: { item: PicturedItem; number: number; folder: string },
  ): Promise<LinkedImage | undefined> => {
    for (let now: PicturedItem | undefined = item; now;) {
      const { id, label, image }: PicturedItem = now;
      if (image === null) throw noOriginal(name, id);
      const file = `${String(number).padStart(6, "0")}.${endingOf(image)}`;
      try {
        await files.link(image, join(folder, file));
        return { id, label, file };
      } catch (error) {
        now = images.item(keyOf(name), id); // it may have been written meanwhile
        if (now?.image?.file !== image.file) continue;
        if (!(error instanceof LookalikeError)) throw error;
        const sentence = `Cannot link the image of item ${JSON.stringify(id)}: ${error.message}`;
        const { code, retryAfter } = error;
        throw new LookalikeError(code, sentence, { retryAfter, cause: error });
      }
    }
  };

  return {
    async image(name, id) {
      for (let kept = keptImage(name, id);;) {
        try {
          const bytes = await files.read(kept);
          return { bytes, type: kept.type, sha256: kept.sha256 };
        } catch (error) {
          const now = keptImage(name, id);
          if (now.file === kept.file) throw error;
          kept = now; // the item was written meanwhile
        }
      }
    },

    thumbnail(name, id) {
      const thumbnail = images.thumbnail(keyOf(name), id);
      if (thumbnail === undefined) throw itemNotFound(name, { id });
      if (thumbnail === null) throw notKept(name, { id, what: "thumbnail" });
      return Promise.resolve(thumbnail);
    },

    async linkImages(name, { folder, labelled, ids, signal }) {
      const linked: LinkedImage[] = [];
      let first = 0; // the number of a page's first item
      for (const page of pages(name, { ids, labelled })) {
        const links: (LinkedImage | undefined)[] = [];
        await sideBySide(page.entries(), {
          most: MOST_LINKERS,
          async work([at, item]) {
            signal?.throwIfAborted();
            links[at] = await link(name, { item, number: first + at, folder });
            if (ids && !links[at]) throw itemNotFound(name, { id: item.id, param: "ids" });
          },
        });
        linked.push(...links.filter((link) => link !== undefined));
        first += page.length;
      }
      await syncFolder(folder);
      return linked;
    },
  };
}

/** The usual ending of an image's format. */
function endingOf({ type }: KeptImage): string {
  const [, format] = /^image\/([a-z0-9]+)$/.exec(type) ?? [];
  return format === "jpeg" ? "jpg" : format ?? "image";
}

function notKept(name: string, { id, what }: { id: string; what: string }): LookalikeError {
  const sentence = `Cannot find the ${what} of item ${JSON.stringify(id)} in collection ${name}: ` +
    "none is kept.";
  return new LookalikeError("not_found", sentence, { param: "id" });
}

function noOriginal(name: string, id: string): LookalikeError {
  return new LookalikeError(
    "conflict",
    `Cannot link the images of collection ${name} as each item must have its original image: ` +
      `${JSON.stringify(id)} has none.`,
    { param: "name" },
  );
}
