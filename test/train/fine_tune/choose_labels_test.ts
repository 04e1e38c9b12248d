import { assert, assertEquals, assertNotEquals, assertThrows } from "@std/assert";
import { LookalikeError } from "../../../src/errors.ts";
import { random } from "../../../src/random.ts";
import { chooseLabels, type LabelBudget } from "../../../train/fine_tune/mod.ts";

/** Three classes of 200, 100 and 30 images, mixed. */
const source = random(5);
const labels = Int32Array.from(
  [
    ...new Array<number>(200).fill(0),
    ...new Array<number>(100).fill(1),
    ...new Array<number>(30).fill(2),
  ].map((label) => ({ label, key: source.next() })).sort((a, b) => a.key - b.key),
  ({ label }) => label,
);

/** How many of each class were chosen; that each was chosen once, in order, is checked on the way. */
function counts(budget: LabelBudget, seed = 0): number[] {
  const chosen = chooseLabels(labels, { budget, seed });
  assert(chosen.every((index, at) => at === 0 || index > chosen[at - 1]));
  return [0, 1, 2].map((label) => chosen.filter((index) => labels[index] === label).length);
}

Deno.test("labels are chosen evenly: so many of each class, or the same share of each", () => {
  assertEquals(counts({ perClass: 16 }), [16, 16, 16]);
  assertEquals(counts({ perClass: 50 }), [50, 50, 30]); // all that there are
  assertEquals(counts({ share: 0.1 }), [20, 10, 3]);
  assertEquals(counts({ share: 0.01 }), [2, 1, 1]); // one at least
  assertEquals(counts({ share: 1 }), [200, 100, 30]);
});

Deno.test("the same seed chooses the same labels, another seed others", () => {
  const choose = (seed: number) => chooseLabels(labels, { budget: { perClass: 10 }, seed });
  assertEquals(choose(3), choose(3));
  assertNotEquals(choose(3), choose(4));
});

Deno.test("every image of a class is as likely to be chosen as any other", () => {
  const seeds = 400;
  const chosen = new Map<number, number>();
  for (let seed = 0; seed < seeds; seed++) {
    for (const index of chooseLabels(labels, { budget: { perClass: 15 }, seed })) {
      chosen.set(index, (chosen.get(index) ?? 0) + 1);
    }
  }
  labels.forEach((label, index) => {
    const p = 15 / [200, 100, 30][label];
    const sigmas = ((chosen.get(index) ?? 0) - seeds * p) / Math.sqrt(seeds * p * (1 - p));
    assert(Math.abs(sigmas) < 5, `image ${index} of class ${label}: ${sigmas} σ`);
  });
});

Deno.test("a smaller budget's labels are among a larger one's", () => {
  const larger = new Set(chooseLabels(labels, { budget: { perClass: 12 }, seed: 7 }));
  for (const index of chooseLabels(labels, { budget: { perClass: 4 }, seed: 7 })) {
    assert(larger.has(index));
  }
});

Deno.test("budgets that are none are refused", () => {
  for (const budget of [{ perClass: 0 }, { perClass: 1.5 }, { share: 0 }, { share: 1.1 }]) {
    assertThrows(() => chooseLabels(labels, { budget, seed: 0 }), LookalikeError, "each class");
  }
});
