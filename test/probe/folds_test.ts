import { assert, assertEquals, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { FOLDS, foldSplits, judgedRows, stratifiedFolds } from "../../src/probe/folds.ts";

const someLabels = fc.array(fc.nat({ max: 5 }), { minLength: 1, maxLength: 60 })
  .map((labels) => Int32Array.from(labels));

Deno.test("each example is held out once, unless its class has no other", () => {
  fc.assert(fc.property(someLabels, fc.nat(), (labels, seed) => {
    const folds = stratifiedFolds(labels, seed);
    const heldOut = foldSplits(folds).flatMap((split) => split.heldOut).sort((a, b) => a - b);
    const expected = [...labels.keys()].filter((row) =>
      labels.filter((label) => label === labels[row]).length > 1
    );
    assertEquals(heldOut, expected);
    assertEquals([...judgedRows(folds)], expected);
  }));
});

Deno.test("every split learns from all other examples, and from every class", () => {
  fc.assert(fc.property(someLabels, fc.nat(), (labels, seed) => {
    const splits = foldSplits(stratifiedFolds(labels, seed));
    assert(splits.length <= FOLDS);
    for (const { heldOut, rest } of splits) {
      assertEquals([...heldOut, ...rest].sort((a, b) => a - b), [...labels.keys()]);
      assertEquals(new Set(rest.map((row) => labels[row])), new Set(labels));
    }
  }));
});

Deno.test("a class is spread evenly: its shares of two folds differ by one at most", () => {
  fc.assert(fc.property(someLabels, fc.nat(), (labels, seed) => {
    const folds = stratifiedFolds(labels, seed);
    for (const label of new Set(labels)) {
      const own = folds.filter((fold, row) => fold >= 0 && labels[row] === label);
      const shares = Array.from(
        { length: FOLDS },
        (_, fold) => own.filter((f) => f === fold).length,
      );
      assert(Math.max(...shares) - Math.min(...shares) <= 1);
    }
  }));
});

Deno.test("folds are a function of the seed", () => {
  const labels = new Int32Array(100);
  assertEquals(stratifiedFolds(labels, 3), stratifiedFolds(labels, 3));
  assertNotEquals(stratifiedFolds(labels, 3), stratifiedFolds(labels, 4));
});
