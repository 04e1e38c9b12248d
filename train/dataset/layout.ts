/** Where an image stands in its source, told by its path alone. */
export interface Place {
  /** `other` lies beside train/ and test/; null where the source has no such folders. */
  split: "train" | "test" | "other" | null;
  /** The path below the source, its common folder and the split; the last part is the file. */
  parts: string[];
}

/** How the folders of a source are to be understood. */
export interface Layout {
  /** True if train/ and test/ stand at its top. */
  splits: boolean;
  /**
   * The place of one image.
   *
   * @param name Its path inside the source.
   */
  place(name: string): Place;
}

/**
 * Understands the folders of a source. Folders that all images share are passed over first, so that an
 * archive of `photos/` means what the folder `photos/` means. Where `train/` and `test/` then stand at
 * the top, they are the splits.
 *
 * @param names The paths of its images inside the source.
 * @returns How to place each.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { layOut } from "./layout.ts";
 * const { splits, place } = layOut(["birds/train/owl/1.jpg", "birds/test/owl/2.jpg"]);
 * assertEquals(splits, true);
 * assertEquals(place("birds/train/owl/1.jpg"), { split: "train", parts: ["owl", "1.jpg"] });
 * ```
 */
export function layOut(names: string[]): Layout {
  const shared = sharedFolder(names);
  const below = (name: string) => name.slice(shared.length).split("/");
  const tops = new Set(names.map(below).filter(({ length }) => length > 1).map(([top]) => top));
  const splits = tops.has("train") && tops.has("test");
  return {
    splits,
    place: (name) => {
      const parts = below(name);
      if (!splits) return { split: null, parts };
      const inSplit = parts.length > 1 && (parts[0] === "train" || parts[0] === "test");
      if (!inSplit) return { split: "other", parts };
      return { split: parts[0] as "train" | "test", parts: parts.slice(1) };
    },
  };
}

/** The longest path of folders, with its last `/`, below which all names lie. */
function sharedFolder(names: string[]): string {
  if (names.length === 0) return "";
  let shared = names[0].slice(0, names[0].lastIndexOf("/") + 1);
  for (const name of names) {
    while (!name.startsWith(shared)) {
      shared = shared.slice(0, shared.lastIndexOf("/", shared.length - 2) + 1);
    }
  }
  return shared;
}
