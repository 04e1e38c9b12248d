import type { Estimate, Gpu } from "./estimate.ts";

const LINE_WIDTH = 100;
/** A step that was tried: ResNet-50 4× on 4 views of 224×224 in bfloat16, its process's peak in bytes. */
const TRIED = { preset: "imagenet-resnet50-4x", views: 4, peakBytes: 13.5e9 };

/**
 * Writes estimates down as a page.
 *
 * @param estimates One a recipe.
 * @param gpu For which they are.
 * @returns Markdown, as `deno fmt` would have it.
 */
export function report(estimates: Estimate[], gpu: Gpu): string {
  const peak = `${gpu.peakFlops / 1e12} TFLOP/s`;
  const memory = `${gpu.memory / 1e9} GB`;
  const tried = estimates.find(({ preset }) => preset === TRIED.preset)!;
  const counted = gigabytes(tried.weightBytes + TRIED.views * tried.viewBytes);
  const blocks = [
    "# What the published recipes cost",
    wrap(
      `Written by \`deno task bench:cost --write docs/cost.md\`. **These are estimates from the sizes of
      the networks; no run of these recipes was timed.** Each row is a preset of \`deno task pretrain\`
      with the paper's values, on the training set that the paper used, on one ${gpu.name}.`,
    ),
    "## Time",
    table(
      ["preset", "epochs", "GFLOP forward", "EFLOP in all", "of the peak", "hours"],
      estimates.map(timeRow),
    ),
    list([
      `**GFLOP forward** are 10⁹ operations of one image through the encoder, convolutions and matrix
      products alone, a product and its sum being 2. They agree with what torchvision publishes
      (\`test/model/costs_test.ts\`).`,
      `**EFLOP in all** are 10¹⁸ operations of the run, head included: images × epochs × 2 views × 3, as
      the way back costs twice the way forward.`,
      `**of the peak** is what we assume of the ${peak} that NVIDIA publishes for dense BF16; **hours**
      follow from it.`,
    ]),
    wrap(
      `The shares are assumptions with reasons. The paper trains ResNet-50 for 100 epochs in some 1.5
      hours on 128 cores of TPU v3 (§2.2), which comes to 15 % of their peak. One of the fastest runs
      that are published, supervised, by 8 H100 in 13.5 minutes (MLPerf Training 3.0, entry 2053), comes
      to 17 to 20 % if it took 35 to 40 epochs. A usual ResNet waits for memory more than for
      arithmetic; at four times the width a byte is worth four times the operations, hence 20 to 40 %.
      Networks for small images reach less: much of their time goes into augmentation and short calls.`,
    ),
    "## Memory",
    table(
      ["preset", "parameters", "MB a view", "batch", "GB a step", "largest batch"],
      estimates.map(memoryRow),
    ),
    list([
      `**MB a view** is what the forward pass keeps of one view for the way back, in bfloat16: what goes
      into convolutions, batch norms and pooling. It is an estimate from below: what the way back needs
      for a moment comes on top.`,
      `**GB a step** are two such views of each image of the **batch** that the paper used, and 22 bytes
      a parameter: weight, momentum and gradient in float32, the former two once more while the new
      ones are made, and the weight in bfloat16.`,
      `**largest batch** is the largest power of two whose step fits ${memory} by this count. Leave room:
      one step of ${tried.preset} on ${TRIED.views} views, on a processor in bfloat16, took
      ${
        gigabytes(TRIED.peakBytes)
      } GB at its peak, the runtime included, where this count has ${counted}
      GB.`,
    ]),
    "## On one GPU",
    wrap(
      `The paper's batch of 4,096 images of ImageNet does not fit one such GPU at any width; it was run
      on up to 128 cores of TPU. On one GPU, one can:`,
    ),
    list([
      `Train with a smaller batch, for longer. With \`--batch-size 256\`, the rate scaled by the square
      root (\`--learning-rate-scaling sqrt\`, \`--learning-rate 0.075\`), ResNet-50 comes to 62.8 % after
      100 epochs and to 66.5 % after 800; with 8,192 images, to 64.8 % and 69.1 % (the paper's table
      B.1).`,
      `Accumulate gradients (\`--accumulation-steps\`) for a steadier update. It adds no negatives: an
      image is told from those of its own batch alone, so that this is no larger batch in the paper's
      sense.`,
    ]),
  ];
  return blocks.join("\n\n") + "\n";
}

function timeRow(row: Estimate): string[] {
  const percent = row.utilisation.map((share) => (100 * share).toFixed(0)).join("–");
  return [
    row.preset,
    thousands(row.epochs),
    (row.forwardFlops / 1e9).toFixed(2),
    twoDigits(row.runFlops / 1e18),
    `${percent} %`,
    row.hours.map(twoDigits).join("–"),
  ];
}

function memoryRow(row: Estimate): string[] {
  return [
    row.preset,
    `${(row.parameters / 1e6).toFixed(1)} M`,
    (row.viewBytes / 1e6).toFixed(1),
    thousands(row.batchSize),
    twoDigits(row.stepBytes / 1e9),
    thousands(row.largestBatch),
  ];
}

/** No more digits than an estimate can promise. */
function twoDigits(value: number): string {
  return thousands(Number(value.toPrecision(2)));
}

function thousands(value: number): string {
  return value.toLocaleString("en-GB");
}

function gigabytes(bytes: number): string {
  return (bytes / 1e9).toFixed(1);
}

/** A table with its columns aligned: the first to the left, numbers to the right. */
function table(head: string[], rows: string[][]): string {
  const widths = head.map((title, at) =>
    Math.max(title.length, ...rows.map((row) => row[at].length))
  );
  const align = (cell: string, at: number) =>
    at === 0 ? cell.padEnd(widths[at]) : cell.padStart(widths[at]);
  const rule = widths.map((width, at) =>
    at === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`
  );
  const lines = [head.map(align), rule, ...rows.map((row) => row.map(align))];
  return lines.map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}

function list(items: string[]): string {
  return items.map((item) => `- ${wrap(item, "  ")}`).join("\n");
}

/** Breaks a paragraph into lines, all but the first indented. */
function wrap(text: string, indent = ""): string {
  const lines: string[] = [];
  for (const word of text.trim().split(/\s+/)) {
    const line = lines.at(-1);
    const fits = line !== undefined && indent.length + line.length + 1 + word.length <= LINE_WIDTH;
    if (fits) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.join(`\n${indent}`);
}
