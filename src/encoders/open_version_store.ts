import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { z } from "zod";
import { LookalikeError, messageOf } from "../errors.ts";
import { sha256, syncFolder, writeFileAtomic } from "../files.ts";
import { openAliases } from "./aliases.ts";
import { decodeManifest, encodeManifest } from "./manifest_text.ts";
import { readWhole } from "./read_whole.ts";
import { checkName, parseReference } from "./reference.ts";
import { decodeSafetensors, encodeSafetensors } from "./safetensors.ts";
import { versionDamage } from "./version_damage.ts";
import {
  nextVersion,
  removedName,
  removeLeftovers,
  versionedNames,
  versionsIn,
} from "./version_folders.ts";
import type { DamagedVersion, TensorFile, VersionManifest, VersionStore } from "./version_store.ts";

const MANIFEST = "manifest.json";

/** What a store keeps versions of. */
export interface VersionKind<Manifest, Field extends string> {
  /** What a sentence calls it; with an `s` it is the store's folder. */
  noun: string;
  /** The field of a request that names one, for errors. */
  param: string;
  /** What a manifest must be. */
  schema: z.ZodType<Manifest>;
  /** The manifest's field that says which file of tensors lies beside it. */
  field: Field;
  /** That file's name. */
  file: string;
}

/** What the saver of a version says of it; the store adds the rest. */
type InputOf<Manifest, Field extends string> = Omit<Manifest, keyof VersionManifest | Field>;

/**
 * Opens the versions of one kind in a home: `NOUNs/NAME/VERSION/` with a file of tensors and
 * `manifest.json`.
 *
 * A version is written to a temporary folder beside its place, synced, and renamed, and is renamed
 * before it is removed: a reader or a crash sees it whole or not at all.
 *
 * @param home The folder of all that Lookalike keeps; it need not be there.
 * @param kind What they are versions of.
 * @returns The store.
 */
export function openVersionStore<
  Field extends string,
  Manifest extends VersionManifest & Record<Field, TensorFile>,
>(
  home: string,
  kind: VersionKind<Manifest, Field>,
): VersionStore<Manifest, InputOf<Manifest, Field>> {
  const { noun, param, schema, field, file } = kind;
  const root = join(home, `${noun}s`);
  const damaged = versionDamage(kind);

  async function resolve(reference: string): Promise<{ name: string; version: string }> {
    const { name, version } = parseReference(reference, { noun });
    const known = await versionsIn(join(root, name));
    const found = version === undefined ? known.at(-1) : known.find((each) => each === version);
    if (found !== undefined) return { name, version: found };
    const others = known.length > 0 ? known.map((each) => `${name}@${each}`) : await savedNames();
    throw new LookalikeError(
      "not_found",
      `Cannot find ${noun} ${reference} as it must be one of those saved: ` +
        `${others.length > 0 ? `there are ${others.join(", ")}` : "there are none yet"}.`,
      { param },
    );
  }

  /** The names that have a version. */
  async function savedNames(): Promise<string[]> {
    const names = await versionedNames(root);
    const versions = await Promise.all(names.map((name) => versionsIn(join(root, name))));
    return names.filter((_, at) => versions[at].length > 0);
  }

  async function readManifest(name: string, version: string): Promise<Manifest> {
    const place = { name, version, file: MANIFEST };
    let manifest: Manifest;
    try {
      const text = await Deno.readTextFile(join(root, name, version, MANIFEST));
      manifest = decodeManifest(text, schema);
    } catch (cause) {
      throw damaged(place, reasonOf(cause), cause);
    }
    if (manifest.name === name && manifest.version === version) return manifest;
    throw damaged(place, `it must lie in the folder of ${manifest.name}@${manifest.version}`);
  }

  async function readTensors(manifest: Manifest): Promise<Uint8Array> {
    await checkSize(manifest); // before so many bytes are read
    const { name, version, [field]: written } = manifest;
    const { bytes, sha256 } = await readWhole(join(root, name, version, file), written.bytes);
    if (sha256 === written.sha256) return bytes;
    const reason = "it must be as it was written: its SHA-256 is another";
    throw damaged({ name, version, file }, reason);
  }

  async function checkSize({ name, version, [field]: written }: Manifest): Promise<void> {
    const place = { name, version, file };
    let size: number;
    try {
      ({ size } = await Deno.stat(join(root, name, version, file)));
    } catch (cause) {
      throw damaged(place, reasonOf(cause), cause);
    }
    if (size === written.bytes) return;
    throw damaged(place, `it must have ${written.bytes} bytes: it has ${size}`);
  }

  function checkWritable(name: string, manifest: unknown): void {
    try {
      encodeManifest(manifest, schema);
    } catch (cause) {
      const reason = `Cannot save ${noun} ${name} as of its manifest ${messageOf(cause)}.`;
      throw new LookalikeError("invalid_input", reason, { param: "manifest", cause });
    }
  }

  return {
    aliases: openAliases(root, kind),

    async save({ name, tensors, manifest: input }) {
      checkName(name, noun);
      const bytes = encodeSafetensors(tensors);
      const complete = (version: number) => ({
        ...input, // first, as it may be another version's whole manifest
        formatVersion: 1,
        name,
        version: String(version),
        createdAt: new Date().toISOString(),
        [field]: { file, bytes: bytes.length, sha256: sha256(bytes) },
      });
      checkWritable(name, complete(1));

      const folder = join(root, name);
      await Deno.mkdir(folder, { recursive: true });
      await syncFolder(home);
      await syncFolder(root);
      await removeLeftovers(folder);
      const temporary = join(folder, `.${randomUUID()}.tmp`);
      try {
        await writeFileAtomic(join(temporary, file), bytes);
        for (;;) {
          const version = await nextVersion(folder);
          const text = encodeManifest(complete(version), schema);
          await writeFileAtomic(join(temporary, MANIFEST), text);
          if (!await renameToNew(temporary, join(folder, String(version)))) continue;
          await syncFolder(folder);
          return decodeManifest(text, schema);
        }
      } catch (error) {
        await Deno.remove(temporary, { recursive: true }).catch(() => {});
        throw error;
      }
    },

    async resolve(reference) {
      const { name, version } = await resolve(reference);
      return `${name}@${version}`;
    },

    async load(reference) {
      const { name, version } = await resolve(reference);
      const manifest = await readManifest(name, version);
      const bytes = await readTensors(manifest);
      try {
        return { manifest, tensors: decodeSafetensors(bytes) };
      } catch (cause) {
        throw damaged({ name, version, file }, messageOf(cause), cause);
      }
    },

    async manifest(reference) {
      const { name, version } = await resolve(reference);
      const manifest = await readManifest(name, version);
      await checkSize(manifest);
      return manifest;
    },

    async list() {
      const manifests: Manifest[] = [];
      const damaged: DamagedVersion[] = [];
      for (const name of await versionedNames(root)) {
        for (const version of await versionsIn(join(root, name))) {
          try {
            const manifest = await readManifest(name, version);
            await checkSize(manifest);
            manifests.push(manifest);
          } catch (error) {
            damaged.push({ name, version, reason: messageOf(error) });
          }
        }
      }
      return { manifests, damaged };
    },

    async versions(name) {
      return (await versionedNames(root)).includes(name) ? await versionsIn(join(root, name)) : [];
    },

    async remove(reference) {
      const { name, version } = parseReference(reference, { noun });
      const folder = join(root, name);
      if (version === undefined) {
        const newest = (await versionsIn(folder)).at(-1) ?? 1;
        throw new LookalikeError(
          "invalid_input",
          `Cannot remove ${noun} ${name} as its version must be told: ${name}@${newest}.`,
          { param },
        );
      }
      await resolve(reference);
      await Deno.rename(join(folder, version), join(folder, removedName(version)))
        .catch(async (error) => {
          await resolve(reference); // another process may have been faster
          throw error;
        });
      await syncFolder(folder);
      await removeLeftovers(folder);
    },

    async sweep() {
      await removeLeftovers(root); // of aliases.json
      for (const name of await versionedNames(root)) await removeLeftovers(join(root, name));
    },
  };
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

function reasonOf(error: unknown): string {
  return error instanceof Deno.errors.NotFound
    ? "it must be there: it is missing"
    : messageOf(error);
}
