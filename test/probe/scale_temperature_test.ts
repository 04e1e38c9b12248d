import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { meanCrossEntropy } from "../../src/probe/cross_entropy.ts";
import { mostProbable } from "../../src/probe/most_probable.ts";
import { scaleTemperature } from "../../src/probe/scale_temperature.ts";
import { temper } from "../../src/probe/temper.ts";
import { random } from "../../src/random.ts";

/** Rows of softmax(logits / T), written out. */
function softmax(logits: number[][], temperature: number): Float32Array {
  return Float32Array.from(logits.flatMap((row) => {
    const powers = row.map((logit) => Math.exp((logit - Math.max(...row)) / temperature));
    return powers.map((power) => power / powers.reduce((sum, one) => sum + one));
  }));
}

/** Logits, and labels that are drawn at the probabilities of these logits at a temperature. */
function drawn(count: number, options: { classes: number; temperature: number; seed?: number }) {
  const { classes, temperature, seed = 1 } = options;
  const source = random(seed);
  const logits = Array.from(
    { length: count },
    () => Array.from({ length: classes }, () => 3 * source.normal()),
  );
  const truth = softmax(logits, temperature);
  const labels = Int32Array.from({ length: count }, (_, row) => {
    let left = source.next();
    for (let label = 0; label < classes - 1; label++) {
      left -= truth[row * classes + label];
      if (left < 0) return label;
    }
    return classes - 1;
  });
  return { logits, labels };
}

Deno.test("tempering equals a softmax of divided logits, and keeps the order", () => {
  const { logits } = drawn(50, { classes: 4, temperature: 1 });
  const probabilities = softmax(logits, 1);
  for (const temperature of [0.3, 1, 4]) {
    const found = temper(probabilities, { classes: 4, temperature });
    softmax(logits, temperature).forEach((p, i) => assertAlmostEquals(found[i], p, 1e-5));
    assertEquals(mostProbable(found, 4), mostProbable(probabilities, 4));
  }
});

Deno.test("tempering takes probabilities of 0, at the smallest temperature", () => {
  const found = temper(Float32Array.of(1, 0, 0), { classes: 3, temperature: 0.05 });
  assertEquals(found, Float32Array.of(1, 0, 0));
});

Deno.test("the temperature is the one of a grid at which the cross-entropy is least", () => {
  const { logits, labels } = drawn(400, { classes: 5, temperature: 2.5 });
  const probabilities = softmax(logits, 1);
  const costAt = (temperature: number) => {
    const tempered = softmax(logits, temperature);
    // One example more, of all classes alike: N parts of its label to one of every class.
    return labels.reduce((sum, label, row) => {
      const logs = Array.from(tempered.subarray(row * 5, row * 5 + 5), Math.log);
      return sum - (400 * logs[label] + logs.reduce((a, b) => a + b) / 5) / 401;
    }, 0);
  };
  const grid = Array.from({ length: 601 }, (_, i) => Math.exp(-3 + i / 100));
  const costs = grid.map(costAt);
  const best = grid[costs.indexOf(Math.min(...costs))];
  assertAlmostEquals(Math.log(scaleTemperature(probabilities, { labels })), Math.log(best), 0.011);
});

Deno.test("the temperature at which labels were drawn is found again", () => {
  for (const temperature of [0.5, 1, 3]) {
    const { logits, labels } = drawn(5000, { classes: 6, temperature });
    const found = scaleTemperature(softmax(logits, 1), { labels });
    assertAlmostEquals(found / temperature, 1, 0.05);
  }
});

Deno.test("of equally sure examples the temperature has a closed form", () => {
  const [count, right, p] = [50, 40, 0.95];
  const probabilities = new Float32Array(2 * count).map((_, i) => i % 2 === 0 ? p : 1 - p);
  const labels = new Int32Array(count).map((_, row) => row < right ? 0 : 1);
  const logit = (share: number) => Math.log(share / (1 - share));
  const share = (right + 0.5) / (count + 1); // one example more, half of it right
  assertAlmostEquals(
    scaleTemperature(probabilities, { labels }),
    logit(p) / logit(share),
    2e-3,
  );
});

Deno.test("a few examples that are all right do not make a classifier sure of everything", () => {
  const probabilities = new Float32Array(8).map((_, i) => i % 2 === 0 ? 0.8 : 0.2);
  const labels = new Int32Array(4);
  const temperature = scaleTemperature(probabilities, { labels });
  const [first] = temper(probabilities, { classes: 2, temperature });
  assertAlmostEquals(first, 0.9, 1e-3); // Laplace: (4 + 1/2) of 5
});

Deno.test("a temperature makes the cross-entropy of other examples less", () => {
  const sure = drawn(1000, { classes: 4, temperature: 3 });
  const probabilities = softmax(sure.logits, 1);
  const temperature = scaleTemperature(probabilities.subarray(0, 2000), {
    labels: sure.labels.subarray(0, 500),
  });
  const [rest, labels] = [probabilities.subarray(2000), sure.labels.subarray(500)];
  const before = meanCrossEntropy(rest, labels);
  const after = meanCrossEntropy(temper(rest, { classes: 4, temperature }), labels);
  assert(after < 0.8 * before, `${after} nats, where it was ${before}`);
});
