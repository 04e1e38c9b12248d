import { assertEquals, assertThrows } from "@std/assert";
import { LookalikeError } from "../../../src/errors.ts";
import { pipelineOf, pipelinesOf } from "../../../train/augment/pipeline.ts";
import { resolveConfig } from "../../../train/config.ts";

const CONFIG = resolveConfig();
const namesOf = (text: string) => pipelineOf(CONFIG, text).names;

Deno.test("crop and flip come first wherever they are listed, the rest as it is listed", () => {
  assertEquals(namesOf("noise,blur,flip,sobel,crop"), ["crop", "flip", "noise", "blur", "sobel"]);
  assertEquals(namesOf("cutout,flip"), ["flip", "cutout"]);
  assertEquals(namesOf("blur,noise"), ["blur", "noise"]);
  assertEquals(namesOf("none"), []);
  assertThrows(() => namesOf("sobel,blurr"), LookalikeError, '"blurr"');
});

Deno.test("the second view is made as the first unless the configuration says otherwise", () => {
  const same = pipelinesOf({ ...CONFIG, augmentation: "flip,blur" });
  assertEquals(same.first.names, ["flip", "blur"]);
  assertEquals(same.second, same.first);
  const config = { ...CONFIG, augmentation: "blur", secondAugmentation: "none" };
  const { first, second } = pipelinesOf(config);
  assertEquals([first.names, second.names], [["blur"], []]);
  assertEquals([first.config, second.config], [config, config]);
});
