import { equal } from "@std/assert";

/**
 * What a writer knows of something that it alone writes, one write after the other: how it is, and
 * how it may be instead while a write was sent and not answered.
 */
export interface Ledger<T> {
  /** As the last acknowledged write left it. */
  acknowledged: T;
  /** As the write under way would leave it. */
  inFlight: T | undefined;
}

/**
 * A ledger of something as it is at first.
 *
 * @param acknowledged How it is.
 * @returns The ledger.
 */
export function openLedger<T>(acknowledged: T): Ledger<T> {
  return { acknowledged, inFlight: undefined };
}

/**
 * Makes a write, and notes it when it is acknowledged.
 *
 * @param ledger Of what is written.
 * @param next How it will be.
 * @param send Sends the write; it rejects if that was not acknowledged.
 */
export async function write<T>(
  ledger: Ledger<T>,
  next: T,
  send: () => Promise<unknown>,
): Promise<void> {
  ledger.inFlight = next;
  await send();
  ledger.acknowledged = next;
  ledger.inFlight = undefined;
}

/**
 * Notes how something was found after a crash.
 *
 * @param ledger Of what was found.
 * @param found How it is.
 * @returns Which of the two it was; `neither` is a fault, and leaves the ledger as it is.
 */
export function settle<T>(ledger: Ledger<T>, found: T): "acknowledged" | "in flight" | "neither" {
  const { acknowledged, inFlight } = ledger;
  const outcome = equal(found, acknowledged)
    ? "acknowledged"
    : inFlight !== undefined && equal(found, inFlight)
    ? "in flight"
    : "neither";
  if (outcome !== "neither") Object.assign(ledger, openLedger(found));
  return outcome;
}

/**
 * What was found that nobody can have written.
 *
 * @param ledger Of what was found, as {@linkcode settle} has left it.
 * @param found How it is: of an object, the fields alone are told that are neither.
 * @returns Some text, not too long.
 */
export function describeLoss<T>({ acknowledged, inFlight }: Ledger<T>, found: T): string {
  const fields = (value: T | undefined) => Object(value) as Record<string, unknown>;
  const names = Object.keys({ ...fields(acknowledged), ...fields(inFlight), ...fields(found) });
  const pick = (value: T | undefined, name: string) => fields(value)[name] ?? null;
  const wrong = names.filter((name) =>
    !equal(pick(found, name), pick(acknowledged, name)) &&
    !equal(pick(found, name), pick(inFlight, name))
  );
  const all = names.length === 0
    ? [{ found, acknowledged, inFlight }]
    : (wrong.length > 0 ? wrong : ["half of a batch"]).map((name) => ({
      name,
      found: pick(found, name),
      acknowledged: pick(acknowledged, name),
      inFlight: pick(inFlight, name),
    }));
  return JSON.stringify(all).slice(0, 500);
}
