import * as tf from "@tensorflow/tfjs";
import { nodeBackend } from "./backend.ts";

/** What `@tensorflow/tfjs-node-gpu` has for TensorBoard, on TensorFlow's own summary ops. */
interface SummaryBackend {
  summaryWriter(folder: string): tf.Tensor;
  createSummaryFileWriter(writer: tf.Tensor, folder: string): void;
  writeScalarSummary(writer: tf.Tensor, step: number, name: string, value: number): void;
  flushSummaryWriter(writer: tf.Tensor): void;
}

/** A file of events that TensorBoard shows. */
export interface EventFile extends Disposable {
  /**
   * Adds numbers.
   *
   * @param step When they were measured.
   * @param values Numbers by their name; `/` groups names.
   */
  write(step: number, values: Record<string, number>): void;
}

/**
 * Opens a new file of events. TensorBoard shows all files of a folder as one run; where they overlap
 * the one begun last counts.
 *
 * @param folder Where it lies; made if it is not there.
 * @returns The file; what is written is on disk after each call.
 */
export function openEventFile(folder: string): EventFile {
  const backend = nodeBackend() as unknown as SummaryBackend;
  const writer = backend.summaryWriter(folder);
  tf.tidy(() => backend.createSummaryFileWriter(writer, folder));
  return {
    write(step, values) {
      for (const [name, value] of Object.entries(values)) {
        backend.writeScalarSummary(writer, step, name, value);
      }
      backend.flushSummaryWriter(writer);
    },
    [Symbol.dispose]: () => writer.dispose(),
  };
}
