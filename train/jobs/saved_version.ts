import type { ClassifierManifest, ClassifierStore } from "../../src/classifiers/classifiers.ts";
import type { Manifest } from "../../src/encoders/manifest.ts";
import type { EncoderStore } from "../../src/encoders/store.ts";

/**
 * The encoder that a job has saved already: a crash between saving it and saying so must not make two.
 *
 * @param store The encoders.
 * @param job The job's id, which its lineage names, and the encoder's name.
 * @returns The manifest, or null if there is none.
 */
export async function savedEncoder(
  store: EncoderStore,
  job: { id: string; name: string },
): Promise<Manifest | null> {
  const { manifests } = await store.list();
  return manifests.find(({ name, lineage }) => name === job.name && lineage?.job === job.id) ??
    null;
}

/**
 * The classifier that a job has saved already, likewise.
 *
 * @param store The classifiers.
 * @param job The job's id and the classifier's name.
 * @returns The manifest, or null if there is none.
 */
export async function savedClassifier(
  store: ClassifierStore,
  job: { id: string; name: string },
): Promise<ClassifierManifest | null> {
  const { manifests } = await store.list();
  return manifests.find(({ name, lineage }) => name === job.name && lineage.job === job.id) ?? null;
}

/**
 * How a version is referred to.
 *
 * @param version Its manifest.
 * @returns `NAME@VERSION`.
 */
export function referenceOf(version: { name: string; version: string }): string {
  return `${version.name}@${version.version}`;
}
