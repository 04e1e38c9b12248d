import { assertEquals } from "@std/assert";
import { resolveConfig } from "../../../train/config.ts";
import { pretrainingConfiguration } from "../../../train/jobs/pretraining_configuration.ts";

const FACTS = { images: 1000, side: null, checkpointEvery: 10 };

/** What a run is resolved to. */
function resolved(
  configuration: Record<string, unknown>,
  options: { preset?: string; facts?: Partial<Parameters<typeof pretrainingConfiguration>[1]> } =
    {},
) {
  const { preset = null, facts } = options;
  const fields = pretrainingConfiguration({ configuration, preset }, { ...FACTS, ...facts });
  return resolveConfig(fields, preset ?? {});
}

Deno.test("where nothing is said, few images and few epochs are taken as they are", () => {
  const { batchSize, warmupEpochs, epochs } = resolved({ epochs: 2 }, { facts: { images: 40 } });
  assertEquals([batchSize, warmupEpochs, epochs], [40, 0.2, 2]);
  assertEquals(resolved({}, { facts: { images: null } }).batchSize, 256);
  assertEquals(resolved({ epochs: 1 }, { preset: "quickstart" }).warmupEpochs, 0.1);
});

Deno.test("views have the side of the encoder to begin from, unless told", () => {
  assertEquals(resolved({}, { facts: { side: 64 } }).imageSize, 64);
  assertEquals(resolved({ imageSize: 16 }, { facts: { side: 64 } }).imageSize, 16);
  assertEquals(resolved({}, { preset: "imagenet-resnet50" }).imageSize, 224);
});

Deno.test("what was given stays, also where it will be refused", () => {
  const { batchSize, warmupEpochs, checkpointEvery } = resolved({
    ...{ batchSize: 512, warmupEpochs: 3, checkpointEvery: 99 },
  });
  assertEquals([batchSize, warmupEpochs, checkpointEvery], [512, 3, 99]);
});
