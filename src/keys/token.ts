import { createHash, randomBytes } from "node:crypto";

const ID_LETTERS = "0123456789abcdefghjkmnpqrstvwxyz";
const TOKEN = /^lk_([0-9a-hj-kmnp-tv-z]{12})_[A-Za-z0-9_-]{43}$/;

/**
 * A new token.
 *
 * @returns The token, `lk_`, an id of 60 random bits, `_`, and a secret of 256; and its id.
 */
export function createToken(): { id: string; token: string } {
  const id = Array.from(randomBytes(12), (byte) => ID_LETTERS[byte % 32]).join("");
  return { id, token: `lk_${id}_${randomBytes(32).toString("base64url")}` };
}

/**
 * The id in a token.
 *
 * @param token What a caller sent.
 * @returns The id, or null if it is no token of ours.
 */
export function idOf(token: string): string | null {
  return TOKEN.exec(token)?.[1] ?? null;
}

/**
 * What is kept of a token. A secret of 256 random bits needs no slow hash: nobody can try them all.
 *
 * @param token The whole token.
 * @returns Its SHA-256, 32 bytes.
 */
export function digestOf(token: string): Uint8Array {
  return createHash("sha256").update(token).digest();
}
