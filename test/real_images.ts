import { fileURLToPath } from "node:url";

/** An archive of real photographs, or the sentence that says why there is none. */
export type RealImages = { path: string } | { skip: string };

/**
 * Real photographs for tests: an archive with `train/<class>/` and `test/<class>/`, CIFAR-10's classes
 * and counts. It is no part of the repository; a test that needs it is skipped with this reason where
 * it is not there.
 *
 * @returns LOOKALIKE_TEST_IMAGES where it is set, else `../shared/data/cifar10.tar.gz` beside the
 * repository.
 *
 * @example
 * ```ts ignore
 * const images = await realImages();
 * Deno.test({
 *   name: "skip" in images ? `photographs are recognised (skipped: ${images.skip})` : "photographs are recognised",
 *   ignore: "skip" in images,
 *   fn: async () => {},
 * });
 * ```
 */
export async function realImages(): Promise<RealImages> {
  const named = Deno.env.get("LOOKALIKE_TEST_IMAGES");
  const path = named ??
    fileURLToPath(new URL("../../shared/data/cifar10.tar.gz", import.meta.url));
  const there = await Deno.stat(path).then(() => true, () => false);
  if (there) return { path };
  // Who names an archive wants it used: a wrong name must not pass for a skip.
  if (named !== undefined) {
    throw new Error(`LOOKALIKE_TEST_IMAGES names ${path}, which is not there.`);
  }
  return { skip: "no real photographs: set LOOKALIKE_TEST_IMAGES to an archive of them" };
}
