import { assertAlmostEquals } from "@std/assert";
import fc from "fast-check";
import { calibrationError } from "../../src/probe/calibration_error.ts";

/** Guo et al., eq. 2 and 3, a bin at a time. */
function naiveError(rows: number[][], labels: number[]): number {
  const judged = rows.map((row, i) => {
    const confidence = Math.max(...row);
    return { confidence, isRight: row.indexOf(confidence) === labels[i] };
  });
  const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  let error = 0;
  for (let m = 1; m <= 15; m++) {
    const bin = judged.filter(({ confidence }) =>
      confidence > (m - 1) / 15 && confidence <= m / 15
    );
    if (bin.length === 0) continue;
    const share = mean(bin.map(({ isRight }) => isRight ? 1 : 0));
    error += bin.length / rows.length * Math.abs(share - mean(bin.map((one) => one.confidence)));
  }
  return error;
}

Deno.test("the calibration error equals its definition, bin by bin", () => {
  const row = fc.tuple(fc.double({ min: 0.01, max: 1, noNaN: true }), fc.nat({ max: 2 }))
    .map(([share, label]) => {
      const p = Math.fround(share / (1 + share)); // of one class; the others share the rest unevenly
      return { row: [p, (1 - p) * 0.8, (1 - p) * 0.2].map(Math.fround), label };
    });
  fc.assert(fc.property(fc.array(row, { minLength: 1, maxLength: 40 }), (drawn) => {
    const rows = drawn.map(({ row }) => row);
    const labels = drawn.map(({ label }) => label);
    const found = calibrationError(Float32Array.from(rows.flat()), {
      labels: Int32Array.from(labels),
    });
    assertAlmostEquals(found, naiveError(rows, labels), 1e-9);
  }));
});

Deno.test("sure of everything and right half the time is an error of one half; as sure as right is none", () => {
  const labels = new Int32Array(100).map((_, row) => row % 2);
  const sure = new Float32Array(200).map((_, i) => i % 2 === 0 ? 1 : 0);
  assertAlmostEquals(calibrationError(sure, { labels }), 0.5, 1e-9);
  assertAlmostEquals(calibrationError(new Float32Array(200).fill(0.5), { labels }), 0, 1e-9);
});
