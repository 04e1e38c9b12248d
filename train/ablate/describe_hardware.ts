import { cpus } from "node:os";
import type { Runtime } from "../../src/tensorflow/mod.ts";

/**
 * What computes, in words, for a report.
 *
 * @param runtime The running TensorFlow.
 * @returns Such as `2 cores of an Intel(R) Xeon(R) CPU @ 2.80GHz`.
 */
export function describeHardware(runtime: Pick<Runtime, "device" | "deviceName">): string {
  const cores = cpus();
  const model = cores[0]?.model.trim() || Deno.build.arch;
  const processor = `${navigator.hardwareConcurrency} cores of ${model}`;
  return runtime.device === "cuda" ? `${runtime.deviceName} beside ${processor}` : processor;
}
