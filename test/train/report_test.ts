import { assert, assertEquals } from "@std/assert";
import { jsonReporter, type Progress, progressSchema, screenReporter } from "../../train/report.ts";

const HALF: Progress = {
  step: 50,
  totalSteps: 100,
  epoch: 3,
  epochs: 5,
  loss: 4.56789,
  learningRate: 0.1,
  imagesPerSecond: 123.4,
  secondsLeft: 245,
  knn: 0.433,
  linear: 0.512,
  views: {
    positiveSimilarity: 0.9,
    hardestNegativeSimilarity: 0.6,
    alignment: 0.2,
    uniformity: -3.1,
    effectiveRank: 71.5,
  },
};
const END: Progress = { ...HALF, step: 100, epoch: 5, secondsLeft: 0 };

const ESCAPE = "\x1b";
const ERASE = `${ESCAPE}[2K`;

/** A terminal that knows what a reporter uses: carriage return, erase line, line feed. */
function fakeTerminal(columns = 200) {
  const lines = [""];
  let column = 0;
  const write = (text: string) => {
    for (const piece of text.split(new RegExp(`(\\r|\\n|${ESCAPE}\\[2K)`))) {
      const line = lines[lines.length - 1];
      if (piece === "\r") column = 0;
      else if (piece === "\n") {
        lines.push("");
        column = 0;
      } else if (piece === ERASE) lines[lines.length - 1] = "";
      else {
        lines[lines.length - 1] = line.slice(0, column) + piece + line.slice(column + piece.length);
        column += piece.length;
      }
    }
  };
  return { lines, screen: { write, isTerminal: true, columns } };
}

/** What is written where nothing can be written over. */
function fakeFile() {
  const written: string[] = [];
  const write = (text: string) => void written.push(text);
  return { written, screen: { write, isTerminal: false, columns: 80 } };
}

Deno.test("a progress line tells epoch, step, loss, kNN, speed and time left", () => {
  const { lines, screen } = fakeTerminal();
  screenReporter(screen).progress(HALF);
  const [line] = lines;
  for (
    const part of [
      "epoch 3/5",
      "step 50/100",
      "loss 4.568",
      "kNN 43.3 %",
      "123 images/s",
      "4:05 left",
    ]
  ) {
    assert(line.includes(part), `${part} is not in ${line}`);
  }
  assertEquals(line.split("█").length, line.split("░").length); // half of the bar is full
  screenReporter(screen).progress({ ...HALF, knn: null, linear: null });
  assert(!lines[0].includes("kNN"), lines[0]);
});

Deno.test("on a terminal the line moves, the last one stays, and sentences stand alone", () => {
  const { lines, screen } = fakeTerminal();
  const report = screenReporter(screen);
  report.say("Training.");
  report.activity("decoding images", 5, 10);
  report.progress({ ...HALF, step: 10 });
  report.progress(HALF);
  assertEquals([lines.length, lines[0]], [2, "Training."]);
  assert(lines[1].includes("step 50/100"));
  report.say("A sentence.");
  assertEquals(lines, ["Training.", "A sentence.", ""]);
  report.progress(END);
  report.say("Saved.");
  assertEquals([lines.length, lines[3], lines[4]], [5, "Saved.", ""]);
  assert(lines[2].includes("step 100/100") && !lines[2].includes("░"), lines[2]);
});

Deno.test("on a terminal a line never wraps", () => {
  const { lines, screen } = fakeTerminal(40);
  const report = screenReporter(screen);
  report.progress(HALF);
  assertEquals([lines.length, lines[0].length], [1, 39]);
});

Deno.test("an activity shows a bar, or a count where its end is not known", () => {
  const { lines, screen } = fakeTerminal();
  const report = screenReporter(screen);
  report.activity("decoding images", 7, null);
  assertEquals(lines, ["decoding images 7"]);
  report.activity("decoding images", 6, 24);
  assertEquals(lines, [`decoding images ${"█".repeat(6)}${"░".repeat(18)} 6 of 24`]);
  report.activity("decoding images", 24, 24);
  assertEquals(lines, [`decoding images ${"█".repeat(24)} 24 of 24`, ""]);
});

Deno.test("in a file there are whole lines, few of them, and always the last", () => {
  const { written, screen } = fakeFile();
  const report = screenReporter(screen);
  for (let step = 1; step <= 100; step++) report.progress({ ...HALF, step });
  report.say("Saved.");
  assertEquals(written.length, 3);
  assert(written[0].includes("step 1/100") && written[1].includes("step 100/100"));
  assertEquals(written[2], "Saved.\n");
  for (const line of written) {
    assert(line.endsWith("\n") && !line.includes("\r") && !line.includes(ESCAPE), line);
  }
});

Deno.test("for programs every line is a JSON object, and progress keeps to its schema", () => {
  const lines: string[] = [];
  const report = jsonReporter((line) => lines.push(line));
  report.progress(HALF);
  report.progress({ ...END, knn: null, linear: null, views: null });
  report.say('A "sentence"\nof two lines.');
  report.activity("decoding images", 5, 10);
  report.activity("decoding images", 10, 10);
  assertEquals(lines.filter((line) => line.includes("\n")), []);
  const objects = lines.map((line) => JSON.parse(line));
  const types = objects.map(({ type }) => type);
  assertEquals(types, ["progress", "progress", "message", "activity"]);
  const [first, last] = objects.slice(0, 2).map(({ type: _, ...rest }) =>
    progressSchema.parse(rest)
  );
  assertEquals([first, last], [HALF, { ...END, knn: null, linear: null, views: null }]);
  assertEquals(objects[2].message, 'A "sentence"\nof two lines.');
  assertEquals(objects[3], { type: "activity", what: "decoding images", done: 10, total: 10 });
});

Deno.test("the schema of progress refuses what is missing, unknown or not a number", () => {
  const { knn: _, ...incomplete } = HALF;
  for (const wrong of [incomplete, { ...HALF, extra: 1 }, { ...HALF, loss: NaN }]) {
    assertEquals(progressSchema.safeParse(wrong).success, false);
  }
});
