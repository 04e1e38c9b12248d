import { assertEquals, assertThrows } from "@std/assert";
import { LookalikeError } from "../../src/errors.ts";
import { knownLabels } from "../../train/known_labels.ts";

const dataset = {
  labels: Int32Array.of(0, 1, 0, 0, 1),
  classes: ["cat", "dog"],
  whyUnlabelled: null,
};

Deno.test("losses that take no labels are told none", () => {
  assertEquals(knownLabels(dataset, { loss: "nt-xent", labelsPerClass: null }), null);
});

Deno.test("the first labels of each class are known, all unless told", () => {
  const known = (labelsPerClass: number | null) =>
    Array.from(knownLabels(dataset, { loss: "supervised-contrastive", labelsPerClass })!);
  assertEquals(known(null), [0, 1, 0, 0, 1]);
  assertEquals(known(1), [0, 1, -1, -1, -1]);
  assertEquals(known(2), [0, 1, 0, -1, 1]);
});

Deno.test("a loss that takes labels says why there are none", () => {
  const blind = { ...dataset, labels: null, whyUnlabelled: "Its images lie in no folders." };
  const error = assertThrows(
    () => knownLabels(blind, { loss: "cross-entropy", labelsPerClass: null }),
    LookalikeError,
    "Its images lie in no folders.",
  );
  assertEquals(error.param, "loss");
});
