import type { Aliases } from "./aliases.ts";
import type { NamedTensors } from "./safetensors.ts";

/** What every version's manifest says, whatever it is a version of. */
export interface VersionManifest {
  formatVersion: number;
  name: string;
  /** "1", "2" and so on, as its folder has it. */
  version: string;
  /** ISO 8601. */
  createdAt: string;
}

/** The file of tensors beside a manifest. */
export interface TensorFile {
  file: string;
  bytes: number;
  /** Hexadecimal digits. */
  sha256: string;
}

/** A version that is there but cannot be used. */
export interface DamagedVersion {
  name: string;
  version: string;
  /** A sentence: which file, what is wrong, what to do. */
  reason: string;
}

/** Immutable versions on disk under names, each of a manifest and tensors, and aliases of them. */
export interface VersionStore<Manifest extends VersionManifest, Input> {
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
    manifest: Input;
  }): Promise<Manifest>;
  /**
   * The version that a reference means now.
   *
   * @param reference `NAME` for the newest version, or `NAME@VERSION`.
   * @returns `NAME@VERSION`; whether it is sound is not looked at.
   * @throws {LookalikeError} `not_found`; `invalid_input` if it can be no reference.
   */
  resolve(reference: string): Promise<string>;
  /**
   * Loads a version and checks it whole.
   *
   * @param reference `NAME` for the newest version, or `NAME@VERSION`.
   * @throws {LookalikeError} `not_found` if it is not there; `damaged` if a file is not as it was
   * written, also if an older version is sound: which one is meant is for a person to say.
   */
  load(reference: string): Promise<{ manifest: Manifest; tensors: NamedTensors }>;
  /**
   * Reads a version's manifest; of its tensors the size alone is checked.
   *
   * @param reference `NAME` for the newest version, or `NAME@VERSION`.
   * @throws {LookalikeError} `not_found`, or `damaged` if the manifest is not as it was written, or
   * the tensors are cut short or missing.
   */
  manifest(reference: string): Promise<Manifest>;
  /**
   * Lists all versions by name, the oldest first. The tensors are checked by size alone: reading
   * them all would take long.
   */
  list(): Promise<{ manifests: Manifest[]; damaged: DamagedVersion[] }>;
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
