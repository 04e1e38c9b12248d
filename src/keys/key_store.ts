/** What a key may do: each scope includes `read`, and `admin` all of them. */
export type Scope = "read" | "write" | "train" | "admin";

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
  /** From then on the key is not valid; null for never. */
  expiresAt: string | null;
  /** Kept every minute or so; null if it never was. */
  lastUsedAt: string | null;
}

/** How a key is made. */
export interface KeySettings {
  /** 1 to 64 characters, none of them a control character. */
  name: string;
  /** At least one. */
  scopes: Scope[];
  /** From 1 to 1,000,000; the service's limit unless told. */
  requestsPerMinute?: number | null;
  /** A date in the future; never unless told. */
  expiresAt?: string | null;
}

/** The keys of a home, of which several processes may have the same. */
export interface KeyStore {
  /**
   * Makes a key.
   *
   * @param settings How it is made.
   * @returns What is known of it, and its token, which cannot be had again.
   * @throws {LookalikeError} `invalid_input` with the setting as `param`; `unavailable` if it
   * cannot be written.
   */
  create(settings: KeySettings): { key: ApiKey; token: string };
  /** All keys that were not revoked, also those that have expired, the oldest first. */
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
   * @returns The key, or null if the token is unknown, revoked or expired.
   */
  find(token: string): ApiKey | null;
  /** Whether anybody can have a valid token now. */
  any(): boolean;
  /** Notes when keys were last used, and lets go of the database. */
  close(): void;
}
