/** Ten steps of an optimiser on the device, beside what a rule in plain numbers gives. */
import { assert } from "@std/assert";
import { random } from "../../../src/random.ts";
import { disposeVariables } from "../../../src/model/mod.ts";
import { compile, tf } from "../../../src/tensorflow/mod.ts";
import type { Optimizer } from "../../../train/optimizer/optimizer.ts";

/** Parameters of every kind that the networks have, and weights that begin at zero. */
const SHAPES: Record<string, number[]> = {
  "conv.weight": [3, 3, 2, 4],
  "head.weight": [4, 5],
  "head.zero.weight": [3, 2],
  "bn.weight": [4],
  "bn.bias": [4],
};

const STEPS = 10;
/** A parameter that gets no gradient at some steps. */
const IDLE = "head.weight";

/** What the rule of an optimiser is given: one parameter at one step, in float64. */
export interface Update {
  weight: number[];
  /** What it kept of the step before, all 0 at first: a velocity, or moments. */
  kept: number[][];
  gradient: number[];
  learningRate: number;
  /** The number of the step, from 1. */
  t: number;
  /** Whether it is a bias, or scale or offset of batch norm. */
  isVector: boolean;
}

/** A rule in plain numbers: the weight, and what is kept, after the step. */
export type Rule = (update: Update) => { weight: number[]; kept: number[][] };

/**
 * Runs ten compiled steps with a gradient and a learning rate of their own each, and compares
 * parameters and slots with the rule after every one, to 1e-5 of their largest number.
 *
 * @param create Makes the optimiser of the parameters.
 * @param rule What it must do.
 * @param slotsOf The names of what the optimiser keeps of a parameter, as the rule orders it.
 */
export async function compareWithRule(
  create: (parameters: Map<string, tf.Variable>) => Optimizer,
  rule: Rule,
  slotsOf = (name: string) => [name],
): Promise<void> {
  const names = Object.keys(SHAPES);
  const weights = new Map(names.map((name) => [name, initial(name)]));
  const kept = new Map(
    names.map((name) => [name, slotsOf(name).map(() => initial(name).fill(0))]),
  );
  const parameters = new Map(names.map((name) => [name, variable(initial(name), SHAPES[name])]));
  const optimizer = create(parameters);
  const step = compile((learningRate: tf.Scalar, ...gradients: tf.Tensor[]) =>
    tf.tidy(() => {
      const byName = new Map(names.map((name, index) => [name, gradients[index]]));
      optimizer.apply(byName, learningRate);
      return [tf.mul(learningRate, 1)];
    })
  );
  for (let at = 0; at < STEPS; at++) {
    const learningRate = Math.fround(0.5 * (at + 1)); // a rate of its own: it must not be frozen
    const gradients = names.map((name) => gradientOf(name, at));
    const inputs = gradients.map((values, index) => tf.tensor(values, SHAPES[names[index]]));
    const rate = tf.scalar(learningRate);
    tf.dispose([...await step(rate, ...inputs), ...inputs, rate]);
    for (const [index, name] of names.entries()) {
      const next = rule({
        weight: weights.get(name)!,
        kept: kept.get(name)!,
        gradient: gradients[index],
        learningRate,
        t: at + 1,
        isVector: SHAPES[name].length === 1,
      });
      weights.set(name, next.weight);
      kept.set(name, next.kept);
      assertClose(await parameters.get(name)!.data(), next.weight, `${name} after step ${at}`);
      for (const [index, slotName] of slotsOf(name).entries()) {
        const slot = await optimizer.slots.get(slotName)!.data();
        assertClose(slot, next.kept[index], `the slot ${slotName} after step ${at}`);
      }
    }
  }
  assert(step.traces === 1, "every step is the same function");
  step.dispose();
  optimizer.dispose();
  disposeVariables(parameters);
}

function initial(name: string): number[] {
  const source = random(1, name.length);
  const size = SHAPES[name].reduce((product, length) => product * length, 1);
  const isZero = name.includes("zero");
  return Array.from({ length: size }, () => isZero ? 0 : Math.fround(source.normal()));
}

function gradientOf(name: string, step: number): number[] {
  const source = random(2, name.length, step);
  const isIdle = name === IDLE && step % 3 === 1;
  return initial(name).map(() => isIdle ? 0 : Math.fround(source.normal()));
}

function variable(values: number[], shape: number[]): tf.Variable {
  return tf.tidy(() => tf.variable(tf.tensor(values, shape)));
}

function assertClose(actual: ArrayLike<number>, expected: number[], what: string): void {
  const largest = Math.max(...expected.map(Math.abs));
  expected.forEach((value, at) => {
    const isClose = Math.abs(actual[at] - value) <= 1e-5 * largest;
    assert(isClose, `${what}: ${actual[at]} at ${at}, the rule gives ${value}`);
  });
}
