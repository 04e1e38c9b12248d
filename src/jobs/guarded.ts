import { LookalikeError, messageOf } from "../errors.ts";
import { isDamage } from "../sqlite.ts";
import type { JobStore } from "./job_store.ts";

/**
 * The methods of a store as others call them: what SQLite throws where they read is an error of this
 * project.
 *
 * @param methods The methods, none of which awaits.
 * @returns The same, which throw `damaged` or `unavailable` in its place.
 */
export function guarded(methods: JobStore): JobStore {
  const guard = (method: (...values: unknown[]) => unknown) => (...values: unknown[]) => {
    try {
      return method(...values);
    } catch (error) {
      throw fromSqlite(error);
    }
  };
  return Object.fromEntries(
    Object.entries(methods).map(([name, method]) => [name, guard(method)]),
  ) as unknown as JobStore;
}

function fromSqlite(error: unknown): unknown {
  if (!(error instanceof Error) || !("errcode" in error)) return error;
  const damaged = isDamage(error);
  return new LookalikeError(
    damaged ? "damaged" : "unavailable",
    `Cannot read the jobs as SQLite says: ${messageOf(error)}.` +
      (damaged ? " Restore jobs.db from a copy." : ""),
    damaged ? { cause: error } : { retryAfter: 5, cause: error },
  );
}
