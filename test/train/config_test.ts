import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { LookalikeError } from "../../src/errors.ts";
import { CONFIG_OPTIONS, flagOf, givenConfig } from "../../train/commands/config_options.ts";
import { type PretrainConfig, pretrainConfigSchema, resolveConfig } from "../../train/config.ts";
import { PRESETS } from "../../train/presets/mod.ts";

const FIELDS = Object.keys(pretrainConfigSchema.shape) as (keyof PretrainConfig)[];

function refusal(given: Record<string, unknown>, preset?: string): LookalikeError {
  const error = assertThrows(() => resolveConfig(given, preset), LookalikeError);
  assertEquals(error.code, "invalid_input");
  return error;
}

Deno.test("the defaults are the paper's for CIFAR-10, but for what a small machine can do", () => {
  const { temperature, cropArea, flipProbability, momentum, projectionDimension } = resolveConfig();
  assertEquals([temperature, cropArea, flipProbability], [0.5, 0.08, 0.5]);
  assertEquals([momentum, projectionDimension], [0.9, 128]);
  const { colourProbability, grayscaleProbability, warmupEpochs, weightDecay } = resolveConfig();
  assertEquals([colourProbability, grayscaleProbability], [0.8, 0.2]);
  assertEquals([warmupEpochs, weightDecay], [10, 1e-6]);
});

Deno.test("a mistake of others is not ours: colours change at strength 1 on small images", () => {
  // A run of minutes would take colours for what counts; the preset says so. It is no recipe for CIFAR.
  const recipes = Object.keys(PRESETS).filter((preset) => preset.startsWith("cifar10"));
  for (const preset of [undefined, ...recipes]) {
    assertEquals(resolveConfig({}, preset).colourStrength, 0.5); // arXiv 2002.05709 §B.9
  }
  assertEquals(resolveConfig({}, "quickstart").colourStrength, 1);
});

Deno.test("a resolved configuration has every field, and resolves to itself", () => {
  for (const preset of [undefined, ...Object.keys(PRESETS)]) {
    const config = resolveConfig({}, preset);
    assertEquals(Object.keys(config).sort(), [...FIELDS].sort());
    assertEquals(resolveConfig({}, config), config);
    assertEquals(pretrainConfigSchema.parse(JSON.parse(JSON.stringify(config))), config);
  }
});

for (const [name, { configuration, summary }] of Object.entries(PRESETS)) {
  Deno.test(`the preset ${name} has a summary and holds differences from the defaults alone`, () => {
    const defaults: Record<string, unknown> = resolveConfig();
    const config: Record<string, unknown> = resolveConfig({}, name);
    assert(summary.length > 0);
    for (const [field, value] of Object.entries(configuration)) {
      assert(value !== defaults[field], `${field} is ${value} without the preset too`);
      assertEquals(config[field], value);
    }
    for (const field of FIELDS.filter((field) => !(field in configuration))) {
      assertEquals(config[field], defaults[field]);
    }
  });
}

Deno.test("what is asked for goes before the preset, and the preset before the defaults", () => {
  const config = resolveConfig({ epochs: 7 }, "cifar10-small");
  assertEquals([config.epochs, config.widthMultiplier, config.temperature], [7, 0.25, 0.2]);
  const silent = resolveConfig({ epochs: undefined }, "cifar10-small");
  assertEquals(silent, resolveConfig({}, "cifar10-small"));
});

Deno.test("text from a command line is read as what it says", () => {
  const config = resolveConfig({
    epochs: "50",
    learningRate: "1e-3",
    weightDecay: "0",
    imagesPerClass: "100",
    optimizer: "sgd",
    nesterov: "true",
  }, "cifar10-resnet18");
  assertEquals([config.epochs, config.learningRate, config.weightDecay], [50, 1e-3, 0]);
  assertEquals([config.imagesPerClass, config.optimizer, config.nesterov], [100, "sgd", true]);
  assertEquals(resolveConfig({ imagesPerClass: "all" }, "cifar10-small").imagesPerClass, null);
});

Deno.test("a wrong value is refused by the name of its field, and shown", () => {
  const wrong: [keyof PretrainConfig, unknown][] = [
    ["epochs", "0"],
    ["epochs", "many"],
    ["epochs", ""], // not 0
    ["epochs", "all"],
    ["seed", ""],
    ["weightDecay", " "],
    ["probeEvery", ""],
    ["batchSize", "1.5"],
    ["batchSize", true],
    ["batchSize", [64]],
    ["imageSize", 7],
    ["imageSize", 1025],
    ["temperature", 0],
    ["temperature", "-0.5"],
    ["temperature", "Infinity"],
    ["temperature", NaN],
    ["learningRate", -1],
    ["momentum", 1.1],
    ["cropArea", "2"],
    ["optimizer", "adagrad"],
    ["learningRateScaling", "cubic"],
    ["precision", "float16"],
    ["seed", 2 ** 27],
    ["nesterov", "maybe"],
  ];
  for (const [field, value] of wrong) {
    const error = refusal({ [field]: value });
    assertEquals(error.param, field);
    const shown = `Cannot train with ${field} ${JSON.stringify(value)}: `;
    assert(error.message.startsWith(shown) && error.message.endsWith("."), error.message);
  }
});

Deno.test("a field that is not there is refused by name", () => {
  const error = refusal({ epoch: 5 });
  assertEquals(error.param, "epoch");
  assert(error.message.includes("epoch 5"), error.message);
});

Deno.test("what would not count is refused, not ignored", () => {
  const ignored: [field: keyof PretrainConfig, value: unknown, counts: Record<string, unknown>][] =
    [
      ["nesterov", true, { optimizer: "sgd" }],
      ["trustCoefficient", 0.01, { optimizer: "lars" }],
      ["beta2", 0.95, { optimizer: "adamw" }],
      ["margin", 0.2, { loss: "margin-triplet" }],
      ["temperature", 0.2, { loss: "nt-logistic" }],
      ["semiHard", true, { loss: "margin-triplet" }],
      ["labelsPerClass", 5, { loss: "supervised-contrastive" }],
      ["projectionLayers", 3, { projectionHead: "nonlinear" }],
      ["decayFactor", 0.5, { schedule: "step" }],
      ["cropArea", 0.2, { augmentation: "blur,crop" }],
      ["cutoutSize", 0.2, { augmentation: "crop", secondAugmentation: "cutout" }],
    ];
  const elsewhere = {
    ...{ optimizer: "adam", loss: "decoupled-nt-xent", projectionHead: "none", schedule: "cosine" },
    augmentation: "colour-jitter",
  };
  for (const [field, value, counts] of ignored) {
    assertEquals(resolveConfig({ [field]: value, ...counts })[field], value);
    const other = field === "temperature" ? { loss: "margin-triplet" } : {};
    const optimizer = field === "beta2" ? { optimizer: "sgd" } : {};
    const error = refusal({ ...elsewhere, ...other, ...optimizer, [field]: value });
    assertEquals(error.param, field);
    assert(error.message.includes("it counts only where"), error.message);
  }
  assertEquals(resolveConfig({ margin: 0.4 }).margin, 0.4); // as it is without
});

Deno.test("cross-entropy has no projection head", () => {
  assertEquals(refusal({ loss: "cross-entropy" }).param, "projectionHead");
  assertEquals(
    resolveConfig({ loss: "cross-entropy", projectionHead: "none" }).loss,
    "cross-entropy",
  );
});

Deno.test("rates are not lowered within the warm-up, and Adam's β are below 1", () => {
  const early = refusal({ schedule: "step", decayEpochs: "5,60" });
  assertEquals(early.param, "decayEpochs");
  assertEquals(resolveConfig({ schedule: "step", decayEpochs: "60" }).decayEpochs, "60");
  assertEquals(refusal({ optimizer: "adamw", beta2: 1 }).param, "beta2");
  assertEquals(refusal({ optimizer: "adam", momentum: 1 }).param, "momentum");
});

Deno.test("views cannot be larger than what they are cut from", () => {
  assertEquals(refusal({ imageSize: 64, storedSize: 48 }).param, "storedSize");
  assertEquals(resolveConfig({ imageSize: 64, storedSize: 96 }).storedSize, 96);
});

Deno.test("an unknown preset is refused with those there are, whatever it is called", () => {
  for (const name of ["cifar100", "", "constructor", "toString"]) {
    const error = refusal({}, name);
    assertEquals(error.param, "preset");
    for (const preset of Object.keys(PRESETS)) assert(error.message.includes(preset));
  }
});

Deno.test("every field has an option with help, and its default reads back as itself", () => {
  assertEquals(Object.keys(CONFIG_OPTIONS), FIELDS.map(flagOf));
  const defaults = resolveConfig();
  for (const field of FIELDS) {
    const option = CONFIG_OPTIONS[flagOf(field)];
    assert(/^[a-z0-9-]+$/.test(flagOf(field)), flagOf(field));
    assert(option.help.length > 5, `${field} has no help`);
    assertEquals(resolveConfig({ [field]: option.default })[field], defaults[field]);
    assertEquals(option.type === "boolean", typeof defaults[field] === "boolean");
  }
});

Deno.test("options given as text come back as the fields that they stand for", () => {
  const value: Partial<Record<keyof PretrainConfig, fc.Arbitrary<unknown>>> = {
    epochs: fc.integer({ min: 11, max: 1e6 }),
    batchSize: fc.integer({ min: 2, max: 1e5 }),
    seed: fc.integer({ min: 0, max: 2 ** 27 - 1 }),
    learningRate: fc.double({ min: 1e-9, max: 1e9, noNaN: true }),
    weightDecay: fc.double({ min: 0, max: 1, noNaN: true }).map(Math.abs),
    grayscaleProbability: fc.double({ min: 0, max: 1, noNaN: true }).map(Math.abs),
    optimizer: fc.constantFrom("lars", "sgd"),
    imagesPerClass: fc.constantFrom(null, 1, 1000),
  };
  fc.assert(fc.property(fc.record(value, { requiredKeys: [] }), (fields) => {
    const values = Object.fromEntries(
      Object.entries(fields).map(([field, value]) => [flagOf(field), String(value ?? "all")]),
    );
    const given = givenConfig({ ...values, data: "shapes", json: true });
    assertEquals(Object.keys(given).sort(), Object.keys(fields).sort());
    assertEquals(resolveConfig(given), { ...resolveConfig(), ...fields });
  }));
});

Deno.test("a warm-up that would outlast the run is refused, by its own name", () => {
  const error = assertThrows(() => resolveConfig({ epochs: 5 }), LookalikeError);
  assertEquals(error.param, "warmupEpochs");
  assert(error.message.includes("a warm-up of 10 epochs must end before the run's 5 do"));
  assertEquals(resolveConfig({ epochs: 5, warmupEpochs: 4.5 }).warmupEpochs, 4.5);
});
