import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { LookalikeError } from "../../../src/errors.ts";
import { AUGMENTATIONS, parseAugmentations } from "../../../train/augment/names.ts";

Deno.test("names are read in their order, with spaces or without; none is no name", () => {
  assertEquals(parseAugmentations("crop,flip,colour-jitter,grayscale"), [
    "crop",
    "flip",
    "colour-jitter",
    "grayscale",
  ]);
  assertEquals(parseAugmentations(" noise , crop"), ["noise", "crop"]);
  assertEquals(parseAugmentations("none"), []);
  assertEquals(parseAugmentations(AUGMENTATIONS.join(",")), [...AUGMENTATIONS]);
});

for (
  const [text, ...says] of [
    ["crop,color-jitter", '"color-jitter"', "colour-jitter", "none"],
    ["crop,none", '"none"'],
    ["none,none", '"none"'],
    ["crop,,flip", '""'],
    ["", '""'],
    ["Crop", '"Crop"'],
    ["crop,flip,crop", "crop comes twice"],
  ]
) {
  Deno.test(`augmentation by "${text}" is refused`, () => {
    const error = assertThrows(() => parseAugmentations(text), LookalikeError);
    assertEquals(error.code, "invalid_input");
    for (const words of says) assertStringIncludes(error.message, words);
  });
}
