import { setTimeout as delay } from "node:timers/promises";
import { type ErrorCode, LookalikeError, messageOf } from "../errors.ts";
import type { Gate } from "../gate.ts";
import type { Log } from "../log.ts";
import type { Collections, Reembedding } from "./collections.ts";

/** Makes a vector, float32 `[F]`, of each image file. */
export type EmbedFiles = (
  encoder: string,
  files: Uint8Array[],
  signal: AbortSignal,
) => Promise<Float32Array[]>;

/** What may be otherwise in a moment, and is tried again. */
const PASSING: ErrorCode[] = [
  "overloaded",
  "rate_limited",
  "timed_out",
  "unavailable",
  "out_of_memory",
];
/** What is the fault of one image. */
const OF_IMAGE: ErrorCode[] = ["unsupported_image", "too_large", "invalid_input"];
/** The longest wait before the next try, in seconds. */
const MOST_SECONDS = 60;
/** How long to wait where there is nothing to embed and the collection cannot be switched either. */
const IDLE_SECONDS = 0.1;

/** What {@link reembedCollection} stands on. */
export interface ReembedOptions {
  collections: Collections;
  embed: EmbedFiles;
  /** How many images are embedded together at most. */
  batch: number;
  log: Log;
  /** Each step waits for those of other collections. */
  inTurn: Gate;
  /** Stops it at once; the collection stays on its way. */
  signal: AbortSignal;
}

/**
 * Takes a collection to another encoder: embeds the items that have no new vector, batch by batch,
 * those too that are written meanwhile, and switches.
 *
 * What passes, such as a full queue, is waited for. An image that cannot be embedded, or whatever
 * else lasts, ends the way, and the collection says why. It ends quietly if the collection is gone
 * or goes elsewhere.
 *
 * @param name The collection.
 * @param way Where it goes, as the collection says.
 * @param options What it stands on.
 * @returns Settles when it has ended; never rejects.
 */
export async function reembedCollection(
  name: string,
  way: Reembedding,
  options: ReembedOptions,
): Promise<void> {
  const { collections, batch, inTurn, log, signal } = options;
  const { encoder } = way;
  const fields = { collection: name, encoder };
  let each = batch;
  for (let tries = 1; !signal.aborted;) {
    try {
      const step = await inTurn(() => takeStep(name, { ...options, encoder, each }));
      if (step === "switched") return log.info("collection re-embedded", fields);
      tries = 1;
      each = step === "apart" ? 1 : batch;
      if (step !== "idle") continue;
      if (!await isOn(way, { name, collections })) return;
      await pause(IDLE_SECONDS, signal);
    } catch (error) {
      if (signal.aborted || !await isOn(way, { name, collections })) return;
      const reason = messageOf(error);
      if (isOneOf(PASSING, error)) {
        const seconds = Math.min(MOST_SECONDS, (error.retryAfter ?? 1) * tries++);
        log.warn("re-embedding waits", { ...fields, seconds, reason });
        await pause(seconds, signal);
      } else {
        log.error("re-embedding failed", { ...fields, reason });
        return await collections.failReembedding(name, reason).catch((error) =>
          log.error("re-embedding still on", { ...fields, reason: messageOf(error) })
        );
      }
    }
  }
}

/**
 * Embeds the next items, or switches.
 *
 * @returns `apart` if one image of several is at fault: taken one by one, the next error is its own.
 */
async function takeStep(
  name: string,
  { collections, embed, signal, encoder, each }: ReembedOptions & { encoder: string; each: number },
): Promise<"embedded" | "switched" | "idle" | "apart"> {
  signal.throwIfAborted(); // its turn may have come too late
  const items = await collections.unembedded(name, each);
  if (items.length === 0) return await collections.finishReembedding(name) ? "switched" : "idle";
  let vectors: Float32Array[];
  try {
    vectors = await embed(encoder, items.map(({ image }) => image), signal);
  } catch (error) {
    if (!isOneOf(OF_IMAGE, error)) throw error;
    if (items.length > 1) return "apart";
    const sentence = `Cannot embed item ${JSON.stringify(items[0].id)} anew: ${error.message}`;
    throw new LookalikeError(error.code, sentence, { cause: error });
  }
  signal.throwIfAborted();
  await collections.addReembedded(
    name,
    items.map(({ id, revision }, at) => ({ id, revision, vector: vectors[at] })),
  );
  return "embedded";
}

/** Whether a collection is still on that way; also if it cannot be said just now. */
async function isOn(
  way: Reembedding,
  { name, collections }: { name: string; collections: Collections },
): Promise<boolean> {
  try {
    const { reembedding } = await collections.get(name);
    return reembedding?.status === "running" && reembedding.encoder === way.encoder &&
      reembedding.startedAt === way.startedAt;
  } catch (error) {
    return !isOneOf(["not_found"], error);
  }
}

function isOneOf(codes: ErrorCode[], error: unknown): error is LookalikeError {
  return error instanceof LookalikeError && codes.includes(error.code);
}

async function pause(seconds: number, signal: AbortSignal): Promise<void> {
  await delay(seconds * 1000, undefined, { signal }).catch(() => {}); // ends early if aborted
}
