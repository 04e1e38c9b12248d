import type { EncoderRunner } from "../../src/embed/runner.ts";
import { permutation } from "../../src/random.ts";
import type { Dataset } from "../dataset/mod.ts";
import { extractFeatures } from "../evaluate/mod.ts";
import { contactSheet, type Tile } from "./contact_sheet.ts";

const QUERIES = 10;
const NEIGHBOURS = 8;
const MOST_SEARCHED = 2000;
const SAME = [34, 160, 90] as [number, number, number];
const OTHER = [220, 70, 60] as [number, number, number];

/**
 * Draws what an encoder finds similar: a row a query, first the image asked for, then those whose h
 * is nearest by cosine similarity. Where there are labels, a frame says whether the class is the same.
 *
 * @param runner The encoder.
 * @param dataset Images of its side; at most 2,000 of them are searched.
 * @returns A PNG file.
 */
export async function drawNeighbours(
  runner: EncoderRunner,
  dataset: Dataset,
): Promise<Uint8Array> {
  const { labels, side } = dataset;
  const searched = permutation(dataset.count, 0).slice(0, MOST_SEARCHED);
  const pixels = await dataset.rows(searched);
  const imageBytes = side * side * 3;
  const imageAt = (row: number) => pixels.subarray(row * imageBytes, (row + 1) * imageBytes);
  const h = await extractFeatures(runner, {
    count: searched.length,
    rows: (indices) => dataset.rows(Array.from(indices, (index) => searched[index])),
  }); // [count, F]
  const directions = Array.from(
    searched,
    (_, row) => unit(h.subarray(row * runner.dimension, (row + 1) * runner.dimension)),
  );
  const rows = queries(searched, labels).map((query): Tile[] => {
    const nearest = directions
      .map((direction, row) => ({ row, score: dot(direction, directions[query]) }))
      .filter(({ row }) => row !== query)
      .sort((a, b) => b.score - a.score)
      .slice(0, NEIGHBOURS);
    const isSame = (row: number) => labels![searched[row]] === labels![searched[query]];
    return [
      { pixels: imageAt(query) },
      ...nearest.map(({ row }) => ({
        pixels: imageAt(row),
        frame: labels ? (isSame(row) ? SAME : OTHER) : undefined,
      })),
    ];
  });
  return await contactSheet(rows, { side, scale: Math.max(1, Math.round(64 / side)) });
}

/** One query a class, in turn, or the first ones where there are no classes. */
function queries(searched: Int32Array, labels: Int32Array | null): number[] {
  if (!labels) return Array.from({ length: Math.min(QUERIES, searched.length) }, (_, row) => row);
  const firstOfClass = new Map<number, number>();
  searched.forEach((image, row) => {
    if (!firstOfClass.has(labels[image])) firstOfClass.set(labels[image], row);
  });
  return [...firstOfClass].sort(([a], [b]) => a - b).slice(0, QUERIES).map(([, row]) => row);
}

function unit(h: Float32Array): Float32Array {
  const length = Math.sqrt(dot(h, h)) || 1;
  return h.map((value) => value / length);
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at++) sum += a[at] * b[at];
  return sum;
}
