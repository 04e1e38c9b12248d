import { assertEquals, assertThrows } from "@std/assert";
import { LookalikeError } from "../../src/errors.ts";
import { checkExamples } from "../../src/probe/examples.ts";

const shape = { dimension: 2, classes: 3 };

Deno.test("examples that agree are counted", () => {
  const examples = { features: new Float32Array(8), labels: Int32Array.of(0, 2, 1, 1) };
  assertEquals(checkExamples(examples, shape), 4);
});

Deno.test("examples that do not agree are refused by name", () => {
  const wrong: [string, number[], number[], number][] = [
    ["rows of 2", [1, 2, 3], [0], 2],
    ["rows of 2", [], [], 2],
    ["dimension must be", [1, 2], [0], 0],
    ["row 1 has NaN", [1, 2, 3, NaN], [0, 1], 2],
    ["row 0 has Infinity", [Infinity, 2], [0], 2],
    ["2 have 1", [1, 2, 3, 4], [0], 2],
    ["from 0 to 2: one is 3", [1, 2], [3], 2],
    ["from 0 to 2: one is -1", [1, 2], [-1], 2],
  ];
  for (const [part, features, labels, dimension] of wrong) {
    assertThrows(
      () =>
        checkExamples(
          { features: Float32Array.from(features), labels: Int32Array.from(labels) },
          { dimension, classes: 3 },
        ),
      LookalikeError,
      part,
    );
  }
});
