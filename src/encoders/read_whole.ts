import { createHash } from "node:crypto";

/** Read and hashed at once: a millisecond or so, after which others have their turn. */
const PIECE_BYTES = 1 << 20;

/**
 * Reads a file and hashes it on the way, in pieces: hashing all of it at once would hold up whoever
 * else runs in this thread.
 *
 * @param path The file.
 * @param size How many bytes to read, at most.
 * @returns What was read, and the SHA-256 of it in hexadecimal digits.
 */
export async function readWhole(
  path: string,
  size: number,
): Promise<{ bytes: Uint8Array; sha256: string }> {
  const hash = createHash("sha256");
  const bytes = new Uint8Array(size);
  using file = await Deno.open(path);
  let length = 0;
  while (length < size) {
    const read = await file.read(bytes.subarray(length, length + PIECE_BYTES));
    if (read === null) break;
    hash.update(bytes.subarray(length, length += read));
  }
  return { bytes: bytes.subarray(0, length), sha256: hash.digest("hex") };
}
