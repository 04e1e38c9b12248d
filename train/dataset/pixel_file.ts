import { writeAll } from "../../src/files.ts";
import { createGate } from "../../src/gate.ts";

/** Rows of equal length in one file: written once, in order, then read in any order. */
export interface PixelFile extends Disposable {
  /** The length of a row in bytes. */
  readonly rowBytes: number;
  /**
   * Reads rows.
   *
   * @param rows Their numbers, in any order.
   * @returns The rows one after the other, in the order asked for.
   */
  read(rows: ArrayLike<number>): Promise<Uint8Array>;
}

/** Bytes read or written in one call at most. */
const PIECE = 1 << 22;

/** Reading over a gap of so many bytes costs less than another call. */
const GAP = 1 << 14;

/**
 * Writes rows through a buffer.
 *
 * @param file Open for writing, at its start.
 * @param rows The rows, each of the same length.
 */
export async function writeRows(file: Deno.FsFile, rows: AsyncIterable<Uint8Array>): Promise<void> {
  const buffer = new Uint8Array(PIECE);
  let filled = 0;
  for await (const row of rows) {
    if (filled + row.length > buffer.length) {
      await writeAll(file, buffer.subarray(0, filled));
      filled = 0;
    }
    if (row.length > buffer.length) {
      await writeAll(file, row);
      continue;
    }
    buffer.set(row, filled);
    filled += row.length;
  }
  await writeAll(file, buffer.subarray(0, filled));
}

/**
 * Reads the rows of an open file; it is closed by disposing what is returned.
 *
 * @param file Open for reading.
 * @param rowBytes The length of a row in bytes.
 * @returns The reader; calls may overlap.
 */
export function readRows(file: Deno.FsFile, rowBytes: number): PixelFile {
  const alone = createGate(1); // the file has one position
  let open = true;
  return {
    rowBytes,
    read: (rows) => alone(() => gather(file, rows, rowBytes)),
    [Symbol.dispose]: () => {
      if (open) file.close();
      open = false;
    },
  };
}

/** Reads forwards through the file, a span of neighbouring rows at a time, and puts each in its place. */
async function gather(file: Deno.FsFile, rows: ArrayLike<number>, rowBytes: number) {
  const result = new Uint8Array(rows.length * rowBytes);
  const order = Uint32Array.from(rows, (_, place) => place).sort((a, b) => rows[a] - rows[b]);
  const maxRows = Math.max(1, Math.floor(PIECE / rowBytes));
  const maxStep = 1 + Math.floor(GAP / rowBytes);
  for (let from = 0, to = 0; from < order.length; from = to) {
    const first = rows[order[from]];
    for (to = from + 1; to < order.length; to++) {
      const row = rows[order[to]];
      if (row - rows[order[to - 1]] > maxStep || row - first >= maxRows) break;
    }
    const span = new Uint8Array((rows[order[to - 1]] - first + 1) * rowBytes);
    await file.seek(first * rowBytes, Deno.SeekMode.Start);
    await readFull(file, span);
    for (const place of order.subarray(from, to)) {
      const at = (rows[place] - first) * rowBytes;
      result.set(span.subarray(at, at + rowBytes), place * rowBytes);
    }
  }
  return result;
}

async function readFull(file: Deno.FsFile, target: Uint8Array): Promise<void> {
  for (let at = 0; at < target.length;) {
    const read = await file.read(target.subarray(at));
    if (read === null) throw new Error("The pixel file ends before its last row.");
    at += read;
  }
}
