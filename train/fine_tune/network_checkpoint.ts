import { z } from "zod";
import { LookalikeError } from "../../src/errors.ts";
import type { NamedTensors } from "../../src/model/mod.ts";
import {
  readCheckpointFiles,
  tensorsFileSchema,
  writeCheckpointFiles,
} from "../checkpoint_files.ts";

/** Where a training keeps what it needs to go on, and how often it writes that. */
export interface CheckpointOptions {
  /** A folder of the training's own; what is there already is gone on from. */
  folder: string;
  /** Seconds from one to the next; 60 unless told. At the end, and where it is stopped, there is one. */
  every?: number;
  /** Told when one is written: of steps done, of how many. */
  onSaved?: (step: number, totalSteps: number) => void;
}

/** A training after some step. */
export interface NetworkCheckpoint {
  /** Steps that are done. */
  step: number;
  /** SHA-256 of all that decides what the training computes. */
  training: string;
  /** To what length features are scaled; null for as they are. */
  length: number | null;
  /** The loss of each step so far. */
  losses: number[];
  /** Network and optimiser. */
  tensors: NamedTensors;
}

const checkpointSchema = z.strictObject({
  formatVersion: z.literal(1),
  step: z.int().min(0),
  training: z.string(),
  length: z.number().nullable(),
  tensors: tensorsFileSchema,
});

/** Under which the losses lie among the tensors: float32 holds them to the bit, and is short. */
const LOSSES = "losses";

/**
 * Writes a training's checkpoint; a crash leaves this one or the one before.
 *
 * @param folder The training's.
 * @param checkpoint The state.
 * @throws {LookalikeError} `not_finite` if a weight is not finite; what was there stays.
 */
export async function writeNetworkCheckpoint(
  folder: string,
  checkpoint: NetworkCheckpoint,
): Promise<void> {
  const { step, training, length, losses, tensors } = checkpoint;
  const data = Float32Array.from(losses);
  await writeCheckpointFiles(folder, {
    step,
    record: { formatVersion: 1, training, length },
    tensors: new Map([...tensors, [LOSSES, { dtype: "float32", shape: [data.length], data }]]),
    advice: "lower the learning rate",
  });
}

/**
 * Reads a training's checkpoint.
 *
 * @param folder The training's.
 * @param training What it must be of: SHA-256 of all that decides what is computed.
 * @returns The state, or null if there is none.
 * @throws {LookalikeError} `damaged` if it is not whole; `conflict` if it is of another training.
 */
export async function readNetworkCheckpoint(
  folder: string,
  training: string,
): Promise<NetworkCheckpoint | null> {
  const found = await readCheckpointFiles(folder, {
    schema: checkpointSchema,
    advice: "Begin anew in another folder.",
  });
  if (!found) return null;
  if (found.training !== training) {
    throw new LookalikeError(
      "conflict",
      `Cannot go on from the checkpoint in ${folder} as it must be of the same images, weights and ` +
        "settings: it is of others.",
    );
  }
  const { step, length } = found;
  const tensors = new Map(found.tensors);
  const losses = Array.from(tensors.get(LOSSES)?.data ?? []);
  tensors.delete(LOSSES);
  return { step, training, length, losses, tensors };
}
