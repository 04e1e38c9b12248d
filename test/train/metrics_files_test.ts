import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { startTensorFlow } from "../../src/tensorflow/mod.ts";
import { withMetricsFiles } from "../../train/metrics_files.ts";
import type { Progress, Reporter } from "../../train/report.ts";

await startTensorFlow({ device: "cpu" });

const progressAt = (step: number): Progress => ({
  ...{ step, totalSteps: 9, epoch: 1, epochs: 1, loss: 4 - step / 8, learningRate: 0.5 },
  ...{ imagesPerSecond: 300, secondsLeft: 10, knn: null, linear: 0.25, views: null },
});

function remembering(): { reporter: Reporter; told: Progress[] } {
  const told: Progress[] = [];
  const reporter = {
    progress: (progress: Progress) => void told.push(progress),
    activity: () => {},
    say: () => {},
  };
  return { reporter, told };
}

Deno.test("what is reported is kept as lines, and told as before; a resumed run drops what it repeats", async () => {
  const folder = await Deno.makeTempDir();
  const { reporter, told } = remembering();
  const read = async () =>
    (await Deno.readTextFile(join(folder, "metrics.jsonl"))).trim().split("\n")
      .map((line) => JSON.parse(line));
  {
    using files = withMetricsFiles(reporter, folder, []);
    [1, 2, 3].forEach((step) => files.progress(progressAt(step)));
  }
  assertEquals(await read(), [1, 2, 3].map(progressAt));
  {
    using files = withMetricsFiles(reporter, folder, [progressAt(1)]); // the checkpoint was older
    files.progress(progressAt(2));
  }
  assertEquals(await read(), [1, 2].map(progressAt));
  assertEquals(told, [1, 2, 3, 2].map(progressAt));
  await Deno.remove(folder, { recursive: true });
});

Deno.test("TensorBoard gets what was measured, whole records with their names", async () => {
  const folder = await Deno.makeTempDir();
  {
    using files = withMetricsFiles(remembering().reporter, folder, []);
    files.progress(progressAt(1));
  }
  const [{ name }] = Array.from(Deno.readDirSync(join(folder, "tensorboard")));
  assert(name.startsWith("events.out.tfevents."), name);
  const bytes = await Deno.readFile(join(folder, "tensorboard", name));
  const view = new DataView(bytes.buffer);
  const events: string[] = [];
  for (let at = 0; at < bytes.length;) { // length, its CRC, the event, its CRC
    const length = Number(view.getBigUint64(at, true));
    events.push(new TextDecoder("latin1").decode(bytes.subarray(at + 12, at + 12 + length)));
    at += length + 16;
    assert(at <= bytes.length, "a record is cut short");
  }
  const tags = [
    "training/loss",
    "training/learningRate",
    "training/imagesPerSecond",
    "probe/linear",
  ];
  for (const tag of tags) {
    assertEquals(events.filter((event) => event.includes(tag)).length, 1, tag);
  }
  assert(!events.some((event) => event.includes("probe/knn"))); // it was not measured
  await Deno.remove(folder, { recursive: true });
});
