import { sha256 } from "../../src/files.ts";

/** A file and what the file system says of it; null where it cannot be looked at. */
export interface StampedFile {
  name: string;
  info: Pick<Deno.FileInfo, "size" | "mtime" | "ctime"> | null;
}

/**
 * A file that changed within so many milliseconds before it was looked at may change again under the
 * same time, as file systems count time in steps of up to two seconds.
 */
const RACY_MS = 2500;

/**
 * A mark of files by names, sizes and times, which differs whenever one of them may have changed.
 *
 * @param files The files, in order.
 * @param seenAt When they were looked at, in milliseconds since 1970.
 * @returns 64 hexadecimal digits, or null where a file is too young for its times to prove anything.
 */
export function stampOf(files: StampedFile[], seenAt: number): string | null {
  const lines = files.map(({ name, info }) => {
    // ctime tells a change even where a copying tool sets mtime back.
    const times = [info?.mtime?.getTime() ?? 0, info?.ctime?.getTime() ?? 0];
    return { newest: Math.max(...times), line: JSON.stringify([name, info?.size, ...times]) };
  });
  if (lines.some(({ newest }) => newest > seenAt - RACY_MS)) return null;
  return sha256(lines.map(({ line }) => line).join("\n"));
}
