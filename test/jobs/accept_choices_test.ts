import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { LookalikeError } from "../../src/errors.ts";
import type { Manifest } from "../../src/encoders/manifest.ts";
import { chooseMethod } from "../../src/jobs/choose_method.ts";
import { fineTuningChoices, type GivenChoices } from "../../src/jobs/fine_tuning_choices.ts";
import { resultName, suffixOf } from "../../src/jobs/result_name.ts";

/** An encoder with a head of two layers. */
const MANIFEST = {
  ...{ name: "flowers", version: "1", dimension: 32 },
  head: { layers: [32, 16] },
} as Manifest;

const MATERIAL = {
  manifest: MANIFEST,
  counts: new Map([["a", 3], ["b", 5]]),
  unlabelled: 10,
  steps: 1000,
};

const AUTO: GivenChoices = { method: { type: "auto" }, hyperparameters: {} };

Deno.test("choices of a fine-tuning: what is left open depends on the method", () => {
  const choose = (given: Partial<GivenChoices>) => {
    const { method, layer, heldOut } = fineTuningChoices({ ...AUTO, ...given }, MATERIAL);
    return [method, layer, heldOut];
  };
  assertEquals(choose({}), ["probe", 0, 0]);
  assertEquals(choose({ method: { type: "probe", layer: 2 } }), ["probe", 2, 0]);
  assertEquals(choose({ method: { type: "head_layer" } }), ["head_layer", 1, 0.2]);
  assertEquals(choose({ method: { type: "head_layer", layer: 2 }, heldOut: 0 }), [
    ...["head_layer", 2, 0],
  ]);
  assertEquals(choose({ hyperparameters: { unlabelled: "distillation" } }), ["full", 0, 0.2]);
});

Deno.test("choices of a fine-tuning: those that cannot be are refused by their field", () => {
  const cases: [given: Partial<GivenChoices>, param: string][] = [
    [{ method: { type: "head_layer", layer: 0 } }, "method.layer"],
    [{ method: { type: "head_layer", layer: 3 } }, "method.layer"],
    [
      { method: { type: "full" }, hyperparameters: { leastSteps: 1001 } },
      "hyperparameters.least_steps",
    ],
    [{ hyperparameters: { epochs: 126, batchSize: 1 } }, "hyperparameters.n_epochs"],
  ];
  for (const [given, param] of cases) {
    const error = assertThrows(
      () => fineTuningChoices({ ...AUTO, ...given }, MATERIAL),
      LookalikeError,
    );
    assertEquals(error.param, param);
  }
  const most = { ...AUTO, hyperparameters: { epochs: 125, batchSize: 1 } }; // 1,000 steps
  assertEquals(fineTuningChoices(most, MATERIAL).method, "full");
  const none = { ...MATERIAL, unlabelled: 0 };
  const asked = { ...AUTO, hyperparameters: { unlabelled: "contrastive" as const } };
  assertThrows(() => fineTuningChoices(asked, none), LookalikeError, "there is none");
});

Deno.test("choosing a method: more labels never lead from a training to a probe", () => {
  const counts = fc.array(fc.integer({ min: 1, max: 100 }), { minLength: 2, maxLength: 12 });
  fc.assert(fc.property(counts, fc.nat(11), fc.nat(100), (labels, at, more) => {
    const before = chooseMethod(labels, { wantsTraining: false });
    const grown = labels.map((count, index) => index === at ? count + more : count);
    if (before === "full") assertEquals(chooseMethod(grown, { wantsTraining: false }), "full");
    assertEquals(chooseMethod(labels, { wantsTraining: true }), "full");
  }));
});

Deno.test("the name of a result: the suffix is found again", () => {
  const name = fc.stringMatching(/^[a-z0-9][a-zA-Z0-9._-]{0,30}$/);
  fc.assert(
    fc.property(name, name, fc.integer({ min: 1, max: 999 }), (encoder, suffix, version) => {
      assertEquals(suffixOf(resultName(encoder, suffix), `${encoder}@${version}`), suffix);
    }),
  );
});
