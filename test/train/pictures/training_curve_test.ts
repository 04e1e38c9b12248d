import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { trainingCurve } from "../../../train/pictures/training_curve.ts";
import type { Progress } from "../../../train/report.ts";
import type { Rendered } from "./render_svg.ts";

/** A run of five reports whose loss falls, and whose kNN is measured at every second one. */
const HISTORY: Progress[] = [5, 4, 3.5, 3.2, 3].map((loss, index) => ({
  step: 20 * (index + 1),
  totalSteps: 100,
  epoch: index + 1,
  epochs: 5,
  loss,
  learningRate: 0.1,
  imagesPerSecond: 100,
  secondsLeft: 1,
  linear: null,
  views: null,
  knn: index === 0 ? null : [0.2, 0.2, 0.35, 0.35][index - 1],
}));

/** The corners of each line, by its colour. */
function linesOf(svg: string): Map<string, [x: number, y: number][]> {
  const lines = svg.matchAll(/<polyline[^>]*stroke="([^"]*)"[^>]*points="([^"]*)"/g);
  return new Map(
    [...lines].map(([, colour, points]) => [
      colour,
      points.split(" ").map((point) => point.split(",").map(Number) as [number, number]),
    ]),
  );
}

/** What librsvg makes of SVG files, in a process of its own: in this one SVG may be blocked. */
async function render(...svgs: string[]): Promise<Rendered[]> {
  const script = fileURLToPath(new URL("render_svg.ts", import.meta.url));
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", script],
    stdin: "piped",
    stdout: "piped",
  });
  const child = command.spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(JSON.stringify(svgs)));
  await writer.close();
  const { success, stdout } = await child.output();
  assert(success, "the picture is drawn");
  return JSON.parse(new TextDecoder().decode(stdout));
}

const [AXIS, LOSS, KNN] = ["#ccc", "#3b6fd4", "#22a05a"];

Deno.test("a training curve is a picture in which the loss falls and kNN rises", async () => {
  const svg = trainingCurve(HISTORY, "cifar10-small");
  const [{ width, height: tall }] = await render(svg);
  assertEquals([width, tall], [720, 260]);
  const lines = linesOf(svg);
  const loss = lines.get(LOSS)!;
  const [[left, bottom], [right]] = lines.get(AXIS)!;
  assertEquals(loss.length, 5);
  loss.forEach(([x, y], index) => {
    assertAlmostEquals(x, left + (right - left) * (index + 1) / 5, 0.1);
    if (index > 0) assert(y > loss[index - 1][1], "down is a larger y");
  });
  assertEquals(loss[4][1], bottom); // the least loss stands on the axis
  const height = bottom - loss[0][1];
  assertAlmostEquals(bottom - loss[1][1], height * (4 - 3) / (5 - 3), 0.1);
  const knn = lines.get(KNN)!;
  assertEquals(knn.length, 2); // measured twice, shown again in between
  assertAlmostEquals(bottom - knn[0][1], height * 0.2 / 0.4, 0.1); // the axis ends at 40 %
  assertAlmostEquals(bottom - knn[1][1], height * 0.35 / 0.4, 0.1);
  for (const text of ["cifar10-small", "loss 5.00", "3.00", "epoch 0", "kNN 35.0 %"]) {
    assert(svg.includes(`>${text}</text>`), `${text} is not written`);
  }
});

Deno.test("a title may hold what means something in XML", async () => {
  const title = `<b> & "quotes" & 'more' ]]> ☃`;
  const [plain, rich] = await render(trainingCurve(HISTORY, "b"), trainingCurve(HISTORY, title));
  assert(plain.sha256 !== rich.sha256, "the title is drawn");
});

Deno.test("a training curve without kNN has no line for it", () => {
  const svg = trainingCurve(HISTORY.map((progress) => ({ ...progress, knn: null })), "no labels");
  assertEquals([...linesOf(svg).keys()], [AXIS, LOSS]);
  assert(!svg.includes("kNN"));
});

Deno.test("a training curve of one report, or of a flat loss, has numbers everywhere", async () => {
  const flat = HISTORY.map((progress) => ({ ...progress, loss: 4, knn: 0 }));
  const svgs = [HISTORY.slice(-1), flat].map((history) => trainingCurve(history, "short"));
  for (const svg of svgs) assertEquals(/NaN|Infinity|undefined|null/.exec(svg), null);
  assertEquals((await render(...svgs)).map(({ width }) => width), [720, 720]);
});
