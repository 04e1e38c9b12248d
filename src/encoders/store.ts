import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { LookalikeError, messageOf } from "../errors.ts";
import { sha256, syncFolder, writeFileAtomic } from "../files.ts";
import { type Aliases, openAliases } from "./aliases.ts";
import { decodeManifest, encodeManifest, type Manifest, type ManifestInput } from "./manifest.ts";
import { readWhole } from "./read_whole.ts";
import { checkName, parseReference } from "./reference.ts";
import { decodeSafetensors, encodeSafetensors, type NamedTensors } from "./safetensors.ts";
import {
  encoderNames,
  nextVersion,
  removedName,
  removeLeftovers,
  versionsIn,
} from "./version_folders.ts";

const WEIGHTS = "weights.safetensors";
const MANIFEST = "manifest.json";

/** A version that is there but cannot be used. */
export interface DamagedEncoder {
  name: string;
  version: string;
  /** A sentence: which file, what is wrong, what to do. */
  reason: string;
}

/** Encoders on disk: immutable versions under names, and aliases of them. */
export interface EncoderStore {
  /** Names that people give to versions. */
  readonly aliases: Aliases;
  /**
   * Saves a new version; several writers at once each get a number of their own.
   *
   * @param input The name, the tensors, and what the manifest says of them.
   * @returns The whole manifest, with the version that it got.
   * @throws {LookalikeError} `invalid_input` if the name or the manifest cannot be.
   */
  save(input: {
    name: string;
    tensors: NamedTensors;
    manifest: ManifestInput;
  }): Promise<Manifest>;
  /**
   * Loads a version and checks it whole.
   *
   * @param reference `NAME` for the newest version, or `NAME@VERSION`.
   * @throws {LookalikeError} `not_found` if it is not there; `damaged` if a file is not as it was
   * written, also if an older version is sound: which one is meant is for a person to say.
   */
  load(reference: string): Promise<{ manifest: Manifest; tensors: NamedTensors }>;
  /**
   * Reads a version's manifest; of its weights the size alone is checked.
   *
   * @param reference `NAME` for the newest version, or `NAME@VERSION`.
   * @throws {LookalikeError} `not_found`, or `damaged` if the manifest is not as it was written, or
   * the weights are cut short or missing.
   */
  manifest(reference: string): Promise<Manifest>;
  /**
   * Lists all versions by name, the oldest first. The weights are checked by size alone: reading
   * them all would take long.
   */
  list(): Promise<{ manifests: Manifest[]; damaged: DamagedEncoder[] }>;
  /**
   * The versions of a name, sound or not, the oldest first; none if it has none.
   *
   * @param name Any text, such as one that a request holds.
   */
  versions(name: string): Promise<string[]>;
  /**
   * Removes a version for good, sound or damaged: it is there whole or not at all, and its number is
   * never given to another one.
   *
   * @param reference `NAME@VERSION`.
   * @throws {LookalikeError} `invalid_input` without a version; `not_found` if it is not there.
   */
  remove(reference: string): Promise<void>;
  /** Deletes what crashes left of files half written and versions half removed. */
  sweep(): Promise<void>;
}

/**
 * Opens the encoders of a home: `encoders/NAME/VERSION/` with `weights.safetensors` and
 * `manifest.json`.
 *
 * A version is written to a temporary folder beside its place, synced, and renamed, and is renamed
 * before it is removed: a reader or a crash sees it whole or not at all.
 *
 * @param home The folder of all that Lookalike keeps; it need not be there.
 * @returns The store.
 */
export function openEncoderStore(home: string): EncoderStore {
  const root = join(home, "encoders");

  return {
    aliases: openAliases(root),

    async save({ name, tensors, manifest: input }) {
      checkName(name, "encoder");
      const weights = encodeSafetensors(tensors);
      const complete = (version: number): Manifest => ({
        ...input, // first, as it may be another version's whole manifest
        formatVersion: 1,
        name,
        version: String(version),
        createdAt: new Date().toISOString(),
        weights: { file: WEIGHTS, bytes: weights.length, sha256: sha256(weights) },
      });
      checkWritable(complete(1));

      const folder = join(root, name);
      await Deno.mkdir(folder, { recursive: true });
      await syncFolder(home);
      await syncFolder(root);
      await removeLeftovers(folder);
      const temporary = join(folder, `.${randomUUID()}.tmp`);
      try {
        await writeFileAtomic(join(temporary, WEIGHTS), weights);
        for (;;) {
          const version = await nextVersion(folder);
          const text = encodeManifest(complete(version));
          await writeFileAtomic(join(temporary, MANIFEST), text);
          if (!await renameToNew(temporary, join(folder, String(version)))) continue;
          await syncFolder(folder);
          return decodeManifest(text);
        }
      } catch (error) {
        await Deno.remove(temporary, { recursive: true }).catch(() => {});
        throw error;
      }
    },

    async load(reference) {
      const { name, version } = await resolve(root, reference);
      const manifest = await readManifest(root, name, version);
      const bytes = await readWeights(root, manifest);
      try {
        return { manifest, tensors: decodeSafetensors(bytes) };
      } catch (cause) {
        throw damaged(name, version, WEIGHTS, messageOf(cause), cause);
      }
    },

    async manifest(reference) {
      const { name, version } = await resolve(root, reference);
      const manifest = await readManifest(root, name, version);
      await checkSize(root, manifest);
      return manifest;
    },

    async list() {
      const manifests: Manifest[] = [];
      const damaged: DamagedEncoder[] = [];
      for (const name of await encoderNames(root)) {
        for (const version of await versionsIn(join(root, name))) {
          try {
            const manifest = await readManifest(root, name, version);
            await checkSize(root, manifest);
            manifests.push(manifest);
          } catch (error) {
            damaged.push({ name, version, reason: messageOf(error) });
          }
        }
      }
      return { manifests, damaged };
    },

    async versions(name) {
      return (await encoderNames(root)).includes(name) ? await versionsIn(join(root, name)) : [];
    },

    async remove(reference) {
      const { name, version } = parseReference(reference);
      if (version === undefined) throw versionMissing(name, await versionsIn(join(root, name)));
      await resolve(root, reference);
      const folder = join(root, name);
      await Deno.rename(join(folder, version), join(folder, removedName(version)))
        .catch(async (error) => {
          await resolve(root, reference); // another process may have been faster
          throw error;
        });
      await syncFolder(folder);
      await removeLeftovers(folder);
    },

    async sweep() {
      await removeLeftovers(root); // of aliases.json
      for (const name of await encoderNames(root)) await removeLeftovers(join(root, name));
    },
  };
}

async function resolve(
  root: string,
  reference: string,
): Promise<{ name: string; version: string }> {
  const { name, version } = parseReference(reference);
  const known = await versionsIn(join(root, name));
  const found = version === undefined ? known.at(-1) : known.find((each) => each === version);
  if (found !== undefined) return { name, version: found };
  const others = known.length > 0 ? known.map((each) => `${name}@${each}`) : await savedNames(root);
  throw new LookalikeError(
    "not_found",
    `Cannot find encoder ${reference} as it must be one of those saved: ` +
      `${others.length > 0 ? `there are ${others.join(", ")}` : "there are none yet"}.`,
    { param: "model" },
  );
}

/** The names that have a version. */
async function savedNames(root: string): Promise<string[]> {
  const names = await encoderNames(root);
  const versions = await Promise.all(names.map((name) => versionsIn(join(root, name))));
  return names.filter((_, at) => versions[at].length > 0);
}

async function readManifest(root: string, name: string, version: string): Promise<Manifest> {
  let manifest: Manifest;
  try {
    manifest = decodeManifest(await Deno.readTextFile(join(root, name, version, MANIFEST)));
  } catch (cause) {
    throw damaged(name, version, MANIFEST, reasonOf(cause), cause);
  }
  if (manifest.name === name && manifest.version === version) return manifest;
  const belongs = `it must lie in the folder of ${manifest.name}@${manifest.version}`;
  throw damaged(name, version, MANIFEST, belongs);
}

async function readWeights(root: string, manifest: Manifest): Promise<Uint8Array> {
  const { name, version, weights } = manifest;
  await checkSize(root, manifest); // before so many bytes are read
  const { bytes, sha256 } = await readWhole(join(root, name, version, WEIGHTS), weights.bytes);
  if (sha256 === weights.sha256) return bytes;
  throw damaged(name, version, WEIGHTS, "it must be as it was written: its SHA-256 is another");
}

async function checkSize(root: string, { name, version, weights }: Manifest): Promise<void> {
  let size: number;
  try {
    ({ size } = await Deno.stat(join(root, name, version, WEIGHTS)));
  } catch (cause) {
    throw damaged(name, version, WEIGHTS, reasonOf(cause), cause);
  }
  if (size === weights.bytes) return;
  throw damaged(name, version, WEIGHTS, `it must have ${weights.bytes} bytes: it has ${size}`);
}

function checkWritable(manifest: Manifest): void {
  try {
    encodeManifest(manifest);
  } catch (cause) {
    const reason = `Cannot save encoder ${manifest.name} as of its manifest ${messageOf(cause)}.`;
    throw new LookalikeError("invalid_input", reason, { param: "manifest", cause });
  }
}

/** Renames a folder, unless something lies there already: then false. */
async function renameToNew(from: string, to: string): Promise<boolean> {
  try {
    await Deno.rename(from, to); // onto a folder with files in it the system refuses it
    return true;
  } catch (error) {
    if (await exists(to)) return false;
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return await Deno.lstat(path).then(() => true, () => false);
}

function versionMissing(name: string, versions: string[]): LookalikeError {
  return new LookalikeError(
    "invalid_input",
    `Cannot remove encoder ${name} as its version must be told: ${name}@${versions.at(-1) ?? 1}.`,
    { param: "model" },
  );
}

function reasonOf(error: unknown): string {
  return error instanceof Deno.errors.NotFound
    ? "it must be there: it is missing"
    : messageOf(error);
}

function damaged(name: string, version: string, file: string, reason: string, cause?: unknown) {
  return new LookalikeError(
    "damaged",
    `Cannot load encoder ${name}@${version} as of encoders/${name}/${version}/${file} ${reason}. ` +
      `Restore that folder from a copy, or remove it and use another version.`,
    { param: "model", cause },
  );
}
