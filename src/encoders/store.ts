import { type Manifest, type ManifestInput, manifestSchema } from "./manifest.ts";
import { openVersionStore } from "./open_version_store.ts";
import type { DamagedVersion, VersionStore } from "./version_store.ts";

/** A version that is there but cannot be used. */
export type DamagedEncoder = DamagedVersion;

/** Encoders on disk: immutable versions under names, and aliases of them. */
export type EncoderStore = VersionStore<Manifest, ManifestInput>;

/**
 * Opens the encoders of a home: `encoders/NAME/VERSION/` with `weights.safetensors` and
 * `manifest.json`.
 *
 * @param home The folder of all that Lookalike keeps; it need not be there.
 * @returns The store.
 */
export function openEncoderStore(home: string): EncoderStore {
  return openVersionStore(home, {
    noun: "encoder",
    param: "model",
    schema: manifestSchema,
    field: "weights",
    file: "weights.safetensors",
  });
}
