/** Arguments that a function takes without overflowing the stack, in every runtime. */
const PIECE = 8192;

/**
 * Writes bytes in base64, by what Deno, Node and browsers of any age have.
 *
 * @param bytes The bytes.
 * @returns The text.
 */
export function toBase64(bytes: Uint8Array): string {
  let characters = "";
  for (let at = 0; at < bytes.length; at += PIECE) {
    characters += String.fromCharCode(...bytes.subarray(at, at + PIECE));
  }
  return btoa(characters);
}

/**
 * Reads an embedding as `encoding_format: "base64"` has it.
 *
 * @param text The base64 of little-endian float32 values.
 * @returns The embedding, float32 `[F]`.
 */
export function floatsOf(text: string): Float32Array {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  return Float32Array.from(
    { length: bytes.length / 4 },
    (_, at) => view.getFloat32(4 * at, true),
  );
}
