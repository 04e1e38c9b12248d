import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { startTensorFlow } from "../../../src/tensorflow/mod.ts";
import { onDevice, PLAIN } from "./on_device.ts";
import { logSumExp, meanOver, naiveNtXent, projections, similarities } from "./oracle.ts";

await startTensorFlow({ device: "cpu" });

const SUPERVISED = { ...PLAIN, loss: "supervised-contrastive" as const };

async function lossOf(z: number[][], labels: number[]): Promise<number> {
  return (await onDevice(z, { ...SUPERVISED, labels })).loss;
}

Deno.test("supervised contrastive without labels is NT-Xent, and so is its gradient", async () => {
  const z = projections(12, 5, 1);
  const none = await onDevice(z, { ...SUPERVISED, labels: [-1, -1, -1, -1, -1, -1] });
  const own = await onDevice(z, { ...SUPERVISED, labels: [5, 4, 3, 2, 1, 0] });
  const ntXent = await onDevice(z, { ...PLAIN, loss: "nt-xent" });
  assertAlmostEquals(none.loss, naiveNtXent(z, 0.5), 1e-5);
  assertEquals(own, none); // a label of one's own says no more than none
  ntXent.gradient.forEach((slope, at) => assertAlmostEquals(none.gradient[at], slope, 1e-6));
});

Deno.test("supervised contrastive of classes at right angles is ln of what shares the softmax", async () => {
  const classes = [[1, 0], [1, 0], [0, 1], [0, 1]]; // two images each
  const z = [...classes, ...classes];
  const expected = Math.log(3 + 4 * Math.exp(-2)); // three alike, four not, τ = 0.5
  assertAlmostEquals(await lossOf(z, [7, 7, 3, 3]), expected, 1e-6);
});

Deno.test("a label of −1 joins no two images", async () => {
  const z = projections(8, 3, 2);
  const unknown = await lossOf(z, [-1, -1, 0, 1]);
  assertAlmostEquals(unknown, naiveNtXent(z, 0.5), 1e-5);
  assert(Math.abs(await lossOf(z, [2, 2, 0, 1]) - unknown) > 0.01, "a label that two share does");
});

/** Positives of each row of eight, where images 0 and 2 share a label. */
const POSITIVES = [[4, 2, 6], [5], [6, 0, 4], [7], [0, 2, 6], [1], [2, 0, 4], [3]];

/** What others have taken for L_out, from similarities over τ. */
const MISTAKES: Record<string, (similarity: number[][]) => number> = {
  "the mean stands within the logarithm (L_in)": (similarity) =>
    meanOver(similarity, (row, i) => {
      const positives = POSITIVES[i].map((k) => row[k]);
      return logSumExp(row.filter((_, k) => k !== i)) - logSumExp(positives) +
        Math.log(positives.length);
    }),
  "positives are added up, not averaged": (similarity) =>
    meanOver(
      similarity,
      (row, i) =>
        POSITIVES[i].reduce(
          (sum, k) => sum + logSumExp(row.filter((_, k) => k !== i)) - row[k],
          0,
        ),
    ),
  "other positives are left out of the denominator": (similarity) =>
    meanOver(
      similarity,
      (row, i) =>
        meanOver(POSITIVES[i], (k) =>
          logSumExp(row.filter((_, j) =>
            j === k || j !== i && !POSITIVES[i].includes(j)
          )) - row[k]),
    ),
};

for (const [mistake, formula] of Object.entries(MISTAKES)) {
  Deno.test(`a mistake of others is not ours: ${mistake}`, async () => {
    const z = projections(8, 3, 4);
    const mistaken = formula(similarities(z, 0.5));
    const loss = await lossOf(z, [0, 1, 0, -1]);
    assert(Math.abs(loss - mistaken) > 0.01, `the loss is ${loss}, the mistake gives ${mistaken}`);
  });
}
