import type { Alias } from "../encoders/aliases.ts";
import { openVersionStore } from "../encoders/open_version_store.ts";
import { checkName, parseReference } from "../encoders/reference.ts";
import { versionDamage } from "../encoders/version_damage.ts";
import { LookalikeError, messageOf } from "../errors.ts";
import { createGate } from "../gate.ts";
import { VERSION } from "../version.ts";
import type {
  Classifier,
  ClassifierManifest,
  ClassifierParameters,
  ClassifierStore,
} from "./classifiers.ts";
import { classifierManifestSchema } from "./manifest.ts";
import { fromTensors, toTensors } from "./parameter_tensors.ts";
import { createRecentlyUsed } from "./recently_used.ts";

const KIND = {
  noun: "classifier",
  param: "classifier",
  schema: classifierManifestSchema,
  field: "parameters",
  file: "parameters.safetensors",
} as const;

/** Of classifiers in memory: a linear one of 512 features and ten classes takes 25 KB. */
const MOST_BYTES = 64 << 20;

/**
 * Opens the classifiers of a home: `classifiers/NAME/VERSION/` with `parameters.safetensors` and
 * `manifest.json`, kept as encoders are.
 *
 * @param home The folder of all that Lookalike keeps; it need not be there.
 * @returns The store.
 */
export function openClassifierStore(home: string): ClassifierStore {
  const versions = openVersionStore(home, KIND);
  const { aliases } = versions;
  const damaged = versionDamage(KIND);
  const loaded = createRecentlyUsed(
    MOST_BYTES,
    ({ parameters }: Classifier) => bytesOf(parameters),
  );
  /** Aliases change and versions go one at a time, so that no alias points to what goes. */
  const changing = createGate(1);

  async function resolve(classifier: string): Promise<string> {
    const { name, version } = parsed(classifier);
    if (version !== undefined) return await versions.resolve(classifier);
    const known = await aliases.list().catch((error: unknown) => error);
    const alias = Array.isArray(known) && known.find((one: Alias) => one.alias === name);
    if (alias) return alias.reference;
    // A name answers though the aliases are damaged; what it may be an alias of is not known then.
    if (!Array.isArray(known) && (await versions.versions(name)).length === 0) throw known;
    return await versions.resolve(name);
  }

  async function load(classifier: string): Promise<Classifier> {
    const reference = await versions.resolve(await resolve(classifier)); // gone is gone, kept or not
    const kept = loaded.get(reference);
    if (kept) return kept;
    const { manifest, tensors } = await versions.load(reference);
    const found = { manifest, parameters: parametersOf(manifest, tensors) };
    loaded.keep(reference, found);
    return found;
  }

  function parametersOf(
    manifest: ClassifierManifest,
    tensors: Parameters<typeof fromTensors>[0],
  ): ClassifierParameters {
    const { name, version, kind, dimension, classes } = manifest;
    try {
      return fromTensors(tensors, { kind, dimension, classes: classes.length });
    } catch (cause) {
      const place = { name, version, file: KIND.file };
      throw damaged(place, `its ${messageOf(cause)}`, cause);
    }
  }

  return {
    async save({ name, classifier, parameters }) {
      checkName(name, KIND.noun);
      const { dimension, classes } = classifier;
      let tensors: ReturnType<typeof toTensors>;
      try {
        tensors = toTensors(parameters, { dimension, classes: classes.length });
      } catch (cause) {
        const reason = `Cannot save classifier ${name} as its ${messageOf(cause)}.`;
        throw new LookalikeError("invalid_input", reason, { param: "parameters", cause });
      }
      const manifest = { ...classifier, kind: parameters.kind, lookalikeVersion: VERSION };
      try {
        return await versions.save({ name, tensors, manifest });
      } catch (cause) {
        throw cause instanceof LookalikeError ? cause : notWritten(name, cause);
      }
    },
    resolve,
    load,
    async list() {
      const { manifests, damaged } = await versions.list();
      return {
        manifests,
        damaged: damaged.map(({ name, version, reason }) => ({
          reference: `${name}@${version}`,
          reason,
        })),
      };
    },
    remove: (reference) =>
      changing(async () => {
        parsed(reference);
        const pointing = (await aliases.list()).filter((one) => one.reference === reference);
        if (pointing.length > 0) throw pointedTo(reference, pointing);
        await versions.remove(reference);
        loaded.forget(reference);
      }),
    aliases: aliases.list,
    setAlias: (alias, classifier) =>
      changing(async () => {
        checkName(alias, "alias", { param: "alias" });
        if ((await versions.versions(alias)).length > 0) throw nameTaken(alias);
        const reference = await resolve(classifier);
        await load(reference); // a damaged one is no answer
        return await aliases.set(alias, reference);
      }),
    removeAlias: (alias) => changing(() => aliases.remove(alias)),
    sweep: versions.sweep,
  };
}

function bytesOf(parameters: ClassifierParameters): number {
  const arrays = Object.values(parameters).filter((value) => ArrayBuffer.isView(value));
  return arrays.reduce((sum, { byteLength }) => sum + byteLength, 0);
}

/** The parts of a classifier's name; one that cannot be a name is one that is not there. */
function parsed(classifier: string): ReturnType<typeof parseReference> {
  try {
    return parseReference(classifier, KIND);
  } catch (cause) {
    throw new LookalikeError(
      "not_found",
      `Cannot find classifier ${
        JSON.stringify(classifier).slice(0, 100)
      } as it must be an alias, ` +
        "NAME or NAME@VERSION of those saved: it is none.",
      { param: KIND.param, cause },
    );
  }
}

function notWritten(name: string, cause: unknown): LookalikeError {
  return new LookalikeError(
    "unavailable",
    `Cannot save classifier ${name} as the file system says: ${
      messageOf(cause)
    }. Nothing was saved.`,
    { retryAfter: 5, cause },
  );
}

function pointedTo(reference: string, aliases: Alias[]): LookalikeError {
  const names = aliases.map(({ alias }) => alias).join(", ");
  return new LookalikeError(
    "conflict",
    `Cannot remove classifier ${reference} as no alias must point to it: ${names} does. Point it ` +
      "elsewhere, or remove it first.",
    { param: KIND.param },
  );
}

function nameTaken(alias: string): LookalikeError {
  return new LookalikeError(
    "conflict",
    `Cannot set alias ${alias} as no classifier must have that name: there is one.`,
    { param: "alias" },
  );
}
