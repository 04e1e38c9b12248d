import { assertAlmostEquals, assertEquals } from "@std/assert";
import { disposeVariables } from "../../../src/model/mod.ts";
import { startTensorFlow, tf } from "../../../src/tensorflow/mod.ts";
import {
  createOptimizer,
  type OptimizerName,
  type OptimizerOptions,
} from "../../../train/optimizer/create_optimizer.ts";
import golden from "../../golden/optimizers/optimizers.json" with { type: "json" };

await startTensorFlow({ device: "cpu" });

const DEFAULTS: OptimizerOptions = {
  optimizer: "lars",
  momentum: 0.9,
  nesterov: false,
  beta2: 0.999,
  epsilon: 1e-8,
  trustCoefficient: 0.001,
  weightDecay: 0,
};

/** Runs ten steps of an optimiser on the golden file's parameters. */
async function run(
  options: OptimizerOptions,
  check: (step: number, values: ArrayLike<number>[]) => void,
): Promise<void> {
  const names = ["weight", "bias"];
  const parameters = new Map(
    names.map((name, at) => [
      name,
      tf.tidy(() => tf.variable(tf.tensor(golden.start[at], golden.shapes[at]))),
    ]),
  );
  const optimizer = createOptimizer(parameters, options);
  for (const [step, rate] of golden.rates.entries()) {
    tf.tidy(() => {
      const gradients = golden.gradients[step].map((slopes, at) =>
        [names[at], tf.tensor(slopes, golden.shapes[at])] as const
      );
      optimizer.apply(new Map(gradients), tf.scalar(rate));
    });
    check(step, await Promise.all([...parameters.values()].map((parameter) => parameter.data())));
  }
  optimizer.dispose();
  disposeVariables(parameters);
}

for (const { setting, path } of golden.runs) {
  Deno.test(`ten steps are PyTorch's, with ${JSON.stringify(setting)}`, async () => {
    const optimizer = setting.optimizer as OptimizerName;
    await run({ ...DEFAULTS, ...setting, optimizer }, (step, values) => {
      path[step].forEach((expected, at) =>
        expected.forEach((value, index) => assertAlmostEquals(values[at][index], value, 1e-5))
      );
    });
  });
}

/** Where ten steps of an optimiser lead. */
async function endOf(options: Partial<OptimizerOptions>): Promise<number[]> {
  let end: number[] = [];
  await run({ ...DEFAULTS, ...options }, (_, values) => {
    end = values.flatMap((value) => Array.from(value));
  });
  return end;
}

Deno.test("each optimiser reads its own settings, and none of the others'", async () => {
  const changes = {
    momentum: 0.5,
    nesterov: true,
    beta2: 0.5,
    epsilon: 1,
    trustCoefficient: 0.01,
    weightDecay: 0.5,
  };
  const read: Record<OptimizerName, string[]> = {
    lars: ["momentum", "trustCoefficient", "weightDecay"],
    sgd: ["momentum", "nesterov", "weightDecay"],
    adam: ["momentum", "beta2", "epsilon", "weightDecay"],
    adamw: ["momentum", "beta2", "epsilon", "weightDecay"],
  };
  for (const [name, settings] of Object.entries(read)) {
    const optimizer = name as OptimizerName;
    const plain = JSON.stringify(await endOf({ optimizer }));
    const found: string[] = [];
    for (const [setting, value] of Object.entries(changes)) {
      const changed = JSON.stringify(await endOf({ optimizer, [setting]: value }));
      if (changed !== plain) found.push(setting);
    }
    assertEquals(found, settings, name);
  }
});
