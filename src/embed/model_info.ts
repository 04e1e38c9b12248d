import type { DamagedEncoder } from "../encoders/store.ts";
import type { Manifest } from "../encoders/manifest.ts";

/** What is known of a saved version that is sound as far as is known. */
export interface SoundModel {
  /** `NAME@VERSION`. */
  reference: string;
  manifest: Manifest;
  /** In memory and warm, on its way there, or on disk alone until somebody asks for it. */
  status: "ready" | "warming" | "saved";
  /** The aliases that point to it, by name. */
  aliases: string[];
}

/** What is known of a version that cannot be used. */
export interface DamagedModel {
  /** `NAME@VERSION`. */
  reference: string;
  manifest: null;
  status: "damaged";
  aliases: string[];
  /** A sentence: which file, what is wrong, what to do. */
  reason: string;
}

/** What is known of a saved version. */
export type ModelInfo = SoundModel | DamagedModel;

/**
 * A version's reference.
 *
 * @param version Its name and version.
 * @returns `NAME@VERSION`.
 */
export function referenceOf({ name, version }: Manifest | DamagedEncoder): string {
  return `${name}@${version}`;
}
