import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import fc from "fast-check";
import { holdOut } from "../../../train/jobs/hold_out.ts";

const examples = fc.uniqueArray(
  fc.record({ id: fc.string(), label: fc.option(fc.nat(4)) }),
  { selector: ({ id }) => id, maxLength: 60 },
);
const share = fc.double({ min: 0, max: 0.9, noNaN: true });

Deno.test("every label teaches or judges, and every class has one to learn from", () => {
  fc.assert(fc.property(examples, share, (examples, share) => {
    const { teach, judge } = holdOut(examples, share);
    const labelled = [...examples.keys()].filter((row) => examples[row].label !== null);
    assertEquals([...teach, ...judge].sort((a, b) => a - b), labelled);
    const labelsOf = (rows: number[]) => new Set(rows.map((row) => examples[row].label));
    assertEquals(labelsOf(teach), labelsOf(labelled));
  }));
});

Deno.test("who judges is decided by its id alone: not by others, their order, or labels to come", () => {
  fc.assert(fc.property(examples, examples, share, (examples, later, share) => {
    const idsOf = (all: typeof examples) => {
      const { judge } = holdOut(all, share);
      return new Set(judge.map((row) => all[row].id));
    };
    assertEquals(idsOf(examples.toReversed()), idsOf(examples));
    const there = new Set(examples.map(({ id }) => id));
    const more = [...examples, ...later.filter(({ id }) => !there.has(id))];
    const judges = idsOf(more);
    for (const id of idsOf(examples)) assert(judges.has(id), id);
  }));
});

Deno.test("a smaller share is part of a larger one, and of many about so many judge", () => {
  const many = Array.from({ length: 2000 }, (_, at) => ({ id: `item ${at}`, label: at % 10 }));
  const fifth = holdOut(many, 0.2).judge;
  const half = new Set(holdOut(many, 0.5).judge);
  assert(fifth.every((row) => half.has(row)));
  assertAlmostEquals(fifth.length / many.length, 0.2, 0.03);
  assertEquals(holdOut(many, 0).judge, []);
});
