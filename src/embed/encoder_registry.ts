import type { Alias } from "../encoders/aliases.ts";
import type { Manifest } from "../encoders/manifest.ts";
import { checkName, parseReference } from "../encoders/reference.ts";
import type { EncoderStore } from "../encoders/store.ts";
import { LookalikeError, messageOf } from "../errors.ts";
import { createGate } from "../gate.ts";
import { createEncoderLoader, type LoaderOptions } from "./encoder_loader.ts";
import { layerDimensions } from "./head_layer.ts";
import {
  createLoadedEncoders,
  type EncoderLayer,
  type LoadableEncoder,
} from "./loaded_encoders.ts";
import { type ModelInfo, referenceOf, type SoundModel } from "./model_info.ts";
import type { ServedEncoder } from "./served_encoder.ts";
import { createVersionLookup } from "./version_lookup.ts";
import { createVersionPointers, type WarmOptions } from "./version_pointers.ts";

/** Which encoder is meant, and what of it. */
export interface EncoderChoice {
  /** An alias, `NAME` for its newest version, or `NAME@VERSION`. */
  model: string;
  /** 0 (h) unless told, or a layer of its projection head, from 1. */
  layer?: number;
}

/** The encoders that this process serves: all that are saved, loaded as they are asked for. */
export interface EncoderRegistry {
  /**
   * The version that answers for a model now. A newer version of a name is found as soon as it is
   * asked for; the one before answers until it is warm.
   *
   * @param model An alias, `NAME` or `NAME@VERSION`.
   * @returns `NAME@VERSION`.
   * @throws {LookalikeError} `not_found`, or `damaged`, also if an older version is sound.
   */
  resolve(model: string): Promise<string>;
  /**
   * Works with an encoder. It is loaded and warmed if it is not, and stays while the work runs.
   *
   * @param choice The model and the layer.
   * @param work What to do with it.
   * @returns What the work returns.
   * @throws {LookalikeError} `not_found` or `damaged`; `invalid_input` if it has no such layer;
   * `out_of_memory` if there is no room for it; what the work throws.
   */
  use<T>(choice: EncoderChoice, work: (encoder: ServedEncoder) => Promise<T>): Promise<T>;
  /** All that are saved, by name, the newest of a name last; the damaged ones after the others. */
  list(): Promise<ModelInfo[]>;
  /**
   * What is known of a model.
   *
   * @throws {LookalikeError} As {@link resolve} does.
   */
  get(model: string): Promise<SoundModel>;
  /**
   * Removes a version for good, once all who work with it have finished.
   *
   * @param model `NAME@VERSION`.
   * @throws {LookalikeError} `conflict` while an alias points to it; `not_found`; `invalid_input`
   * without a version.
   */
  remove(model: string): Promise<void>;
  /** All aliases, by name; rejects with `damaged` if their file is. */
  aliases(): Promise<Alias[]>;
  /**
   * Gives an alias to a version: that is warmed first, then the alias answers with it, and the version
   * before is let go of once those who work with it have finished.
   *
   * @param alias A name that no encoder has.
   * @param model An alias, `NAME` for its newest version, or `NAME@VERSION`.
   * @throws {LookalikeError} `conflict` if an encoder has that name; what {@link use} throws: the
   * alias is then as before.
   */
  setAlias(alias: string, model: string): Promise<Alias>;
  /**
   * Removes an alias.
   *
   * @throws {LookalikeError} `not_found`.
   */
  removeAlias(alias: string): Promise<void>;
  /**
   * Refuses an image, whichever encoder is meant, where all in memory have a full queue: then the
   * device has enough to do.
   *
   * @throws {LookalikeError} `overloaded`, with the seconds after which to try again.
   */
  admit(): void;
  /** Those in memory and warm. */
  loaded(): ServedEncoder[];
  /** Closes every encoder: what was taken is finished. */
  close(): Promise<void>;
}

/** What serves encoders, and how many. */
export interface RegistryOptions extends LoaderOptions {
  /** What all weights in memory may take, in bytes. */
  maxBytes: number;
  /** How long what was seen on disk is taken for true, in milliseconds; a second unless told. */
  lookMs?: number;
}

/**
 * The registry of a store's encoders. Nothing is loaded before somebody asks for it.
 *
 * @param store Where encoders and aliases are saved.
 * @param options How each is served.
 * @returns The registry.
 */
export function createEncoderRegistry(
  store: EncoderStore,
  options: RegistryOptions,
): EncoderRegistry {
  const { maxBytes, log, lookMs = 1000 } = options;
  const loader = createEncoderLoader(store, options);
  const loaded = createLoadedEncoders(find, { maxBytes });
  const lookup = createVersionLookup(store, { lookMs });
  const isWarm = (reference: string) => loaded.status(reference) === "ready";
  const pointers = createVersionPointers(lookup, { isWarm, warm, log });
  /** Aliases change and versions go one at a time, so that no alias points to what goes. */
  const changing = createGate(1);
  /** Versions that somebody asked for by number: they are not let go of when a name moves on. */
  const askedFor = new Set<string>();
  const removing = new Set<string>();

  async function find(which: EncoderLayer): Promise<LoadableEncoder> {
    if (removing.has(which.reference)) throw unknown(which.reference);
    return await loader.find(which);
  }

  async function manifestOf(reference: string): Promise<Manifest> {
    if (removing.has(reference)) throw unknown(reference);
    return await loader.manifest(reference);
  }

  async function resolve(model: string): Promise<string> {
    const { name, version } = parsed(model);
    const reference = version === undefined ? await pointers.resolve(name) : model;
    if (reference === null) throw await absent(model);
    if (loaded.status(reference) === null) await manifestOf(reference);
    return reference;
  }

  /** The error of a name that is neither an encoder's nor an alias. */
  async function absent(model: string): Promise<unknown> {
    return await store.manifest(model).then(() => unknown(model), (error) => error);
  }

  /** Warms a version in the layers of the one before, and lets go of that. */
  async function warm(reference: string, { like, then }: WarmOptions): Promise<void> {
    const own = layerDimensions(await manifestOf(reference)).length;
    const layers = loaded.list().filter((one) => one.reference === like).map(({ layer }) => layer)
      .filter((layer) => layer < own);
    const hold = [...new Set([0, ...layers])].reduce(
      (inner, layer) => () => loaded.use({ reference, layer }, inner),
      async () => await then(),
    );
    await hold();
    letGo(like);
  }

  /** Lets go of a version to which a name or an alias pointed, unless something else keeps it. */
  function letGo(reference: string): void {
    lookup.aliases().then(async (aliases) => {
      const isKept = askedFor.has(reference) || pointers.pointTo(reference) ||
        aliases.some((alias) => alias.reference === reference);
      if (isKept) return;
      await loaded.retire(reference);
      log.info("model let go", { model: reference });
    }).catch((error) => {
      log.error("model not let go", { model: reference, reason: messageOf(error) });
    });
  }

  async function describe(manifest: Manifest): Promise<SoundModel> {
    const reference = referenceOf(manifest);
    const aliases = await aliasesOf(reference);
    return { reference, manifest, status: loaded.status(reference) ?? "saved", aliases };
  }

  async function aliasesOf(reference: string): Promise<string[]> {
    const all = await lookup.aliases();
    return all.filter((one) => one.reference === reference).map(({ alias }) => alias);
  }

  async function list(): Promise<ModelInfo[]> {
    const { manifests, damaged } = await store.list();
    const unsound = new Map(damaged.map((one) => [referenceOf(one), one.reason]));
    for (const reference of manifests.map(referenceOf)) {
      const error = loader.damage(reference);
      if (error) unsound.set(reference, error.message);
    }
    const sound = manifests.filter((manifest) => !unsound.has(referenceOf(manifest)));
    return [
      ...await Promise.all(sound.map(describe)),
      ...await Promise.all([...unsound].map(async ([reference, reason]) => {
        const aliases = await aliasesOf(reference);
        return { reference, manifest: null, status: "damaged" as const, aliases, reason };
      })),
    ];
  }

  async function remove(model: string): Promise<void> {
    const { name, version } = parsed(model);
    if (version !== undefined && !(await store.versions(name)).includes(version)) {
      throw await absent(model);
    }
    const pointing = (await store.aliases.list()).filter(({ reference }) => reference === model);
    if (pointing.length > 0) throw pointedTo(model, pointing);
    removing.add(model);
    try {
      await loaded.retire(model);
      await store.remove(model);
      pointers.forget(model);
      askedFor.delete(model);
      lookup.forget();
      log.info("model removed", { model });
    } finally {
      removing.delete(model);
    }
  }

  async function setAlias(alias: string, model: string): Promise<Alias> {
    checkName(alias, "alias", { param: "alias" });
    if ((await store.versions(alias)).length > 0) throw nameTaken(alias);
    lookup.forget(); // the newest version is meant, not the newest of a second ago
    const { name, version } = parsed(model);
    const reference = version === undefined ? await lookup.find(name) : model;
    if (reference === null) throw await absent(model);
    const before = await lookup.find(alias);
    let set: Alias;
    const then = async () => {
      set = await store.aliases.set(alias, reference);
      lookup.forget();
      pointers.point(alias, reference);
    };
    await warm(reference, { like: before ?? reference, then });
    log.info("alias set", { alias, model: reference });
    return set!;
  }

  async function removeAlias(alias: string): Promise<void> {
    const before = await lookup.find(alias);
    await store.aliases.remove(alias);
    lookup.forget();
    pointers.point(alias, null);
    if (before !== null) letGo(before);
    log.info("alias removed", { alias });
  }

  return {
    resolve,
    async use({ model, layer = 0 }, work) {
      const reference = await resolve(model);
      if (model === reference) askedFor.add(reference);
      return await loaded.use({ reference, layer }, work);
    },
    list,
    async get(model) {
      return await describe(await manifestOf(await resolve(model)));
    },
    remove: (model) => changing(() => remove(model)),
    aliases: store.aliases.list,
    setAlias: (alias, model) => changing(() => setAlias(alias, model)),
    removeAlias: (alias) => changing(() => removeAlias(alias)),
    admit() {
      const all = loaded.list();
      if (all.every(({ full }) => full)) all[0]?.admit();
    },
    loaded: loaded.list,
    async close() {
      await Promise.all([loaded.close(), pointers.settled()]);
    },
  };
}

/** The parts of a model's name; one that cannot be a name is one that is not there. */
function parsed(model: string): ReturnType<typeof parseReference> {
  try {
    return parseReference(model);
  } catch {
    throw unknown(model);
  }
}

function unknown(model: string): LookalikeError {
  return new LookalikeError(
    "not_found",
    `Cannot find model ${JSON.stringify(model).slice(0, 100)} as it must be an alias, NAME or ` +
      "NAME@VERSION of those saved: it is none.",
    { param: "model" },
  );
}

function pointedTo(model: string, aliases: Alias[]): LookalikeError {
  const names = aliases.map(({ alias }) => alias).join(", ");
  return new LookalikeError(
    "conflict",
    `Cannot remove model ${model} as no alias must point to it: ${names} does. Point it elsewhere, ` +
      "or remove it first.",
    { param: "model" },
  );
}

function nameTaken(alias: string): LookalikeError {
  return new LookalikeError(
    "conflict",
    `Cannot set alias ${alias} as no encoder must have that name: there is one.`,
    { param: "alias" },
  );
}
