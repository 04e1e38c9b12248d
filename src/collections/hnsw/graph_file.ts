import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { LookalikeError, messageOf } from "../../errors.ts";
import { sha256File, writeFileAtomic } from "../../files.ts";
import type { Metric } from "../collections.ts";
import { decodeRecord, encodeRecord, type GraphRecord } from "./graph_record.ts";
import { createNativeGraph, LIBRARY, type NativeGraph } from "./usearch.ts";

const RECORD = "graph.json";

/** What a caller wants of a graph that is kept. */
export interface WantedGraph {
  dimension: number;
  metric: Metric;
  count: number;
  stamp: string;
}

/**
 * Reads the graph of a folder, if it is the one that is wanted and not a byte of it has changed; the
 * library may crash on a file that was tampered with, so nothing else is handed to it.
 *
 * @param folder The graph's own folder; it need not be there.
 * @param wanted What it must hold.
 * @returns The graph and how many of its vectors were changed since it was built; or the sentence
 * that says why there is none.
 */
export async function readGraph(
  folder: string,
  wanted: WantedGraph,
): Promise<{ graph: NativeGraph; changed: number } | { reason: string }> {
  let record: GraphRecord;
  try {
    record = decodeRecord(await Deno.readTextFile(join(folder, RECORD)));
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return { reason: "There is no graph yet." };
    return { reason: `The graph's record cannot be read: ${messageOf(error)}.` };
  }
  for (const [what, value] of Object.entries({ library: LIBRARY, ...wanted })) {
    const own = record[what as keyof GraphRecord];
    if (own !== value) return { reason: `The graph's ${what} must be ${value}: it is ${own}.` };
  }
  try {
    const path = join(folder, record.file);
    if (await sha256File(path) !== record.sha256) {
      return { reason: `The graph's file is not as it was written: its SHA-256 is another.` };
    }
    return { graph: loadGraph(path, wanted), changed: record.changed };
  } catch (error) {
    return { reason: `The graph's file cannot be read: ${messageOf(error)}.` };
  }
}

/**
 * Loads a graph's file, which must be as it was written: the library does not check it.
 *
 * @param path The file.
 * @param wanted What it must hold.
 * @returns The graph.
 * @throws {Error} If it holds anything else.
 */
export function loadGraph(
  path: string,
  { dimension, metric, count }: Omit<WantedGraph, "stamp">,
): NativeGraph {
  const graph = createNativeGraph(dimension, metric);
  graph.load(path);
  if (graph.dimensions() !== dimension || graph.size() !== count) {
    throw new Error(`it holds ${graph.size()} vectors of ${graph.dimensions()} numbers`);
  }
  return graph;
}

/**
 * Writes a graph as it is now: its file under a name of its own, then the record that points to it,
 * then the file before goes. A crash at any moment leaves this pair or the one before.
 *
 * @param folder The graph's own folder; made if it is not there.
 * @param graph The graph.
 * @param about What the record says of it.
 * @throws {LookalikeError} `unavailable` if it cannot be written.
 */
export async function writeGraph(
  folder: string,
  graph: NativeGraph,
  about: Omit<GraphRecord, "library" | "file" | "sha256">,
): Promise<void> {
  const file = newGraphFile();
  const path = join(folder, file);
  try {
    Deno.mkdirSync(folder, { recursive: true }); // not awaited: the graph must not change before
    graph.save(path);
    await syncFile(path);
    const record = { ...about, library: LIBRARY, file, sha256: await sha256File(path) };
    const before = await pointedTo(folder);
    await writeFileAtomic(join(folder, RECORD), encodeRecord(record));
    if (before !== undefined) await Deno.remove(join(folder, before)).catch(() => {});
  } catch (cause) {
    await Deno.remove(path).catch(() => {});
    throw new LookalikeError(
      "unavailable",
      `Cannot keep the graph of a collection as its file must be written: ${messageOf(cause)}. ` +
        "It is built anew when it is next opened.",
      { cause },
    );
  }
}

/**
 * Removes what a crash has left in a graph's folder: all but the record and the file it points to.
 *
 * @param folder The graph's own folder; it need not be there.
 */
export async function sweepGraph(folder: string): Promise<void> {
  const keep = [RECORD, await pointedTo(folder)];
  try {
    for await (const { name } of Deno.readDir(folder)) {
      if (!keep.includes(name)) await Deno.remove(join(folder, name));
    }
  } catch {
    // The folder is not there, or cannot be changed, which the next save will say.
  }
}

/**
 * A name for a graph's file.
 *
 * @returns A name that no other one has.
 */
export function newGraphFile(): string {
  return `${randomUUID()}.usearch`;
}

async function pointedTo(folder: string): Promise<string | undefined> {
  try {
    return decodeRecord(await Deno.readTextFile(join(folder, RECORD))).file;
  } catch {
    return undefined; // there is none, or it is of no use
  }
}

async function syncFile(path: string): Promise<void> {
  using file = await Deno.open(path, { read: true, write: true });
  await file.sync();
}
