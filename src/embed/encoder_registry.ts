import type { EncoderStore } from "../encoders/store.ts";
import type { Manifest } from "../encoders/manifest.ts";
import type { NamedTensors } from "../encoders/safetensors.ts";
import { LookalikeError, messageOf } from "../errors.ts";
import type { ImageLimits } from "../image/mod.ts";
import type { EngineOptions } from "./engine.ts";
import type { EncoderRunner } from "./runner.ts";
import { type ServedEncoder, serveEncoder } from "./served_encoder.ts";

/** The encoders that this process serves. */
export interface EncoderRegistry {
  /**
   * Loads a version, warms it, and serves it from then on.
   *
   * @param reference `NAME@VERSION`, or `NAME` for the newest saved.
   * @returns The encoder; the one that is served already, if it is.
   * @throws {LookalikeError} `not_found` or `damaged`. A damaged one stays known: asking for it by
   * name says what is wrong, rather than answering with an older version.
   */
  load(reference: string): Promise<ServedEncoder>;
  /** Remembers a version that is saved and cannot be loaded, and why. */
  addDamaged(reference: string, reason: string): void;
  /**
   * Finds an encoder that is served.
   *
   * @param reference `NAME@VERSION`, or `NAME` for the newest of that name.
   * @throws {LookalikeError} `not_found`, with those that are served, or `damaged`.
   */
  find(reference: string): ServedEncoder;
  /** All that are served, by name, the newest of a name last. */
  list(): ServedEncoder[];
  /** Closes every encoder: what was taken is finished. */
  close(): Promise<void>;
}

/** What serves an encoder. */
export interface RegistryOptions {
  /** Puts an encoder's weights on the device. */
  createRunner(manifest: Manifest, tensors: NamedTensors): EncoderRunner;
  /** What an image may cost. */
  limits: ImageLimits;
  /** How batches are filled; all encoders share its gates. */
  engine: EngineOptions;
}

/**
 * A registry without encoders.
 *
 * @param store Where encoders are saved.
 * @param options How each is served.
 * @returns The registry.
 */
export function createEncoderRegistry(
  store: EncoderStore,
  { createRunner, limits, engine }: RegistryOptions,
): EncoderRegistry {
  /** By `NAME@VERSION`: the encoder, or the sentence on why it cannot be served. */
  const known = new Map<string, ServedEncoder | string>();

  async function load(reference: string): Promise<ServedEncoder> {
    const { name, version } = await store.manifest(reference);
    const exact = `${name}@${version}`;
    const served = known.get(exact);
    if (served !== undefined && typeof served !== "string") return served;
    try {
      const { manifest, tensors } = await store.load(exact);
      const runner = createRunner(manifest, tensors);
      await runner.warm();
      const encoder = serveEncoder(manifest, { runner, limits, engine });
      known.set(exact, encoder);
      return encoder;
    } catch (error) {
      known.set(exact, messageOf(error));
      throw error;
    }
  }

  function find(reference: string): ServedEncoder {
    const versions = [...known.keys()].sort(byVersion).filter((each) =>
      each === reference || each.startsWith(`${reference}@`)
    );
    const found = known.get(versions.at(-1) ?? "");
    if (found === undefined) throw notServed(reference, list());
    if (typeof found === "string") throw new LookalikeError("damaged", found, { param: "model" });
    return found;
  }

  const list = () =>
    [...known.entries()].sort(([a], [b]) => byVersion(a, b)).map(([, encoder]) => encoder)
      .filter((encoder) => typeof encoder !== "string");

  return {
    load,
    addDamaged: (reference, reason) => void known.set(reference, reason),
    find,
    list,
    async close() {
      await Promise.all(list().map((encoder) => encoder.close()));
    },
  };
}

/** Orders `NAME@VERSION` by name, then by number. */
function byVersion(left: string, right: string): number {
  const [[leftName, leftVersion], [rightName, rightVersion]] = [left.split("@"), right.split("@")];
  if (leftName !== rightName) return leftName < rightName ? -1 : 1;
  return Number(leftVersion) - Number(rightVersion);
}

function notServed(reference: string, served: ServedEncoder[]): LookalikeError {
  const names = served.map((encoder) => encoder.reference);
  return new LookalikeError(
    "not_found",
    `Cannot find model ${reference} as it must be one of those served: ${
      names.length > 0 ? names.join(", ") : "there are none yet"
    }.`,
    { param: "model" },
  );
}
