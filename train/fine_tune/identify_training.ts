import { sha256 } from "../../src/files.ts";
import type { NamedTensors } from "../../src/model/mod.ts";
import type { TrainNetworkOptions } from "./train_network.ts";
import type { trainingSettings } from "./training_options.ts";

/**
 * Tells trainings apart that compute something else: by their weights, images, labels and settings.
 * Where images lie and how often a checkpoint is written do not count.
 *
 * @param options What the training takes.
 * @param settings Its settings, each with its value.
 * @returns SHA-256 of all that decides the result.
 */
export function identifyTraining(
  options: TrainNetworkOptions,
  settings: ReturnType<typeof trainingSettings>,
): string {
  const { architecture, tensors, head, train, judged, unlabelled } = options;
  const { residentBytes: _, ...computed } = settings;
  const { way, weight, temperature, batchSize, images, probabilities } = unlabelled ?? {};
  return sha256(
    JSON.stringify([
      ...[architecture, head?.shape, head?.layer, computed, judged.side],
      ...[train.names, train.classes, [...train.labels]],
      ...[way, weight, temperature, batchSize, images?.names],
    ]),
    ...tensorBytes(tensors),
    ...tensorBytes(head?.tensors ?? null),
    ...(probabilities ? [bytesOf(probabilities)] : []),
  );
}

/** Names and numbers of tensors, in their order. */
function tensorBytes(tensors: NamedTensors | null): (string | Uint8Array)[] {
  return [...tensors ?? []].flatMap(([name, { data }]) => [name, bytesOf(data)]);
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
