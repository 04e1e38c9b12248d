/**
 * Changes one byte in the middle of a file.
 *
 * @param path The file.
 */
export async function flipByte(path: string): Promise<void> {
  const bytes = await Deno.readFile(path);
  bytes[bytes.length >> 1] ^= 1;
  await Deno.writeFile(path, bytes);
}

/**
 * Overwrites a part of a file that others have open.
 *
 * @param path The file.
 * @param part Where it begins and how many bytes it has.
 */
export async function scribble(
  path: string,
  { at, bytes }: { at: number; bytes: number },
): Promise<void> {
  using file = await Deno.open(path, { write: true });
  await file.seek(at, Deno.SeekMode.Start);
  await file.write(new Uint8Array(bytes).fill(0xff));
}
