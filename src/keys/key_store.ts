/** What a key may do: each scope includes `read`, and `admin` all of them. */
export type Scope = "read" | "write" | "train" | "admin";

/** All scopes, from the least to the most. */
export const SCOPES = ["read", "write", "train", "admin"] as const satisfies readonly Scope[];

/** What is known of a key; the token itself is kept nowhere. */
export interface ApiKey {
  /** The part of its token that is no secret. */
  id: string;
  /** What people call it. */
  name: string;
  scopes: Scope[];
  /** Its own limit; null for the service's. */
  requestsPerMinute: number | null;
  /** ISO 8601, as are the next two. */
  createdAt: string;
  /** After it, the key is not valid; null for never. */
  expiresAt: string | null;
  /** To the minute; null if it never was. */
  lastUsedAt: string | null;
}

/** How a key is made. */
export interface KeySettings {
  /** 1 to 64 characters, none of them a control character. */
  name: string;
  /** At least one. */
  scopes: Scope[];
  /** At least 1; the service's limit unless told. */
  requestsPerMinute?: number | null;
  /** ISO 8601, in the future; never unless told. */
  expiresAt?: string | null;
}

/** The keys of a home. */
export interface KeyStore {
  /**
   * Makes a key.
   *
   * @param settings How it is made.
   * @returns What is known of it, and its token: there is no other time to see that.
   * @throws {LookalikeError} `invalid_input` with the setting as `param`.
   */
  create(settings: KeySettings): { key: ApiKey; token: string };
  /** All keys that were made and not revoked, the oldest first. */
  list(): ApiKey[];
  /**
   * Makes a key invalid from now on, in every process.
   *
   * @throws {LookalikeError} `not_found`.
   */
  revoke(id: string): void;
  /**
   * Finds the key of a token.
   *
   * @param token What a caller sent.
   * @returns The key, or null if the token is no valid one: unknown, revoked or expired.
   */
  find(token: string): ApiKey | null;
  /** Notes when keys were last used, and lets go of the database. */
  close(): void;
}
