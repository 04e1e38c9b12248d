import { join } from "node:path";
import { openEventFile } from "../src/tensorflow/mod.ts";
import type { Progress, Reporter } from "./report.ts";

/** A JSON object a line. */
const LINES = "metrics.jsonl";
/** What TensorBoard's `--logdir` takes. */
const EVENTS = "tensorboard";

/**
 * Also keeps what is reported in files, so that a run can be looked at, plotted and compared while it
 * goes on and afterwards: a JSON object a line, and events for TensorBoard. A resumed run drops the
 * lines after its checkpoint, and writes them again.
 *
 * @param report Who is told as well.
 * @param folder The run's folder.
 * @param history What the checkpoint that it goes on from had reported; empty for a new run.
 * @returns The reporter, and how to close its files.
 */
export function withMetricsFiles(
  report: Reporter,
  folder: string,
  history: Progress[],
): Reporter & Disposable {
  Deno.mkdirSync(join(folder, EVENTS), { recursive: true });
  const path = join(folder, LINES);
  const lines = (reports: Progress[]) =>
    reports.map((each) => JSON.stringify(each) + "\n").join("");
  Deno.writeTextFileSync(path, lines(history));
  const events = openEventFile(join(folder, EVENTS));
  return {
    ...report,
    progress(progress) {
      Deno.writeTextFileSync(path, lines([progress]), { append: true });
      events.write(progress.step, named(progress));
      report.progress(progress);
    },
    [Symbol.dispose]: () => events[Symbol.dispose](),
  };
}

/** The numbers of a report by the names that TensorBoard groups them by. */
function named(progress: Progress): Record<string, number> {
  const { loss, learningRate, imagesPerSecond, knn, linear, views } = progress;
  const all = {
    "training/loss": loss,
    "training/learningRate": learningRate,
    "training/imagesPerSecond": imagesPerSecond,
    "probe/knn": knn,
    "probe/linear": linear,
    ...Object.fromEntries(
      Object.entries(views ?? {}).map(([name, value]) => [`views/${name}`, value]),
    ),
  };
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, number] => entry[1] !== null),
  );
}
