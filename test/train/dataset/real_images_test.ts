import { assert, assertEquals } from "@std/assert";
import { archiveSource } from "../../../train/dataset/archive_source.ts";
import { hasSplits, OWN_IMAGE_LIMITS } from "../../../train/dataset/mod.ts";
import { realImages } from "../../real_images.ts";

const images = await realImages();
const skip = "skip" in images ? ` (skipped: ${images.skip})` : "";

Deno.test({
  name:
    `an archive of real photographs is streamed: its splits, and pixels like photographs'${skip}`,
  ignore: skip !== "",
  fn: async () => {
    const { path } = images as { path: string };
    assertEquals(await hasSplits(path), true);
    let count = 0;
    for await (
      const { name, pixels } of archiveSource(path).images({ side: 32, limits: OWN_IMAGE_LIMITS })
    ) {
      const bytes = await pixels();
      assert(/^(train|test)\/[a-z]+\/\d+\.jpg$/.test(name), name);
      assertEquals(bytes.length, 32 * 32 * 3);
      assert(new Set(bytes).size > 20, `${name} is nearly blank`);
      if (++count === 200) break;
    }
    assertEquals(count, 200);
  },
});
