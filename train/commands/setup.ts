import { LookalikeError } from "../../src/errors.ts";
import { installLibrary } from "../../src/tensorflow/install.ts";
import type { Command } from "./command.ts";

/**
 * `deno task setup`: installs what a clone does not carry, TensorFlow's C library; silent if all is
 * there. It speaks on standard error, as it runs before tasks whose output may be for machines.
 */
export const setupCommand: Command = {
  summary: "Installs TensorFlow's library, if it is not there",
  options: {
    device: {
      type: "string",
      help: "cpu, cuda, or auto: what is there, else CUDA where NVIDIA's driver is found",
      default: "auto",
    },
  },
  async run(values, { signal }) {
    const device = values.device ?? "auto";
    if (device !== "auto" && device !== "cpu" && device !== "cuda") {
      throw new LookalikeError(
        "invalid_input",
        `Cannot set up for ${device} as --device must be auto, cpu or cuda.`,
        { param: "--device" },
      );
    }
    await installLibrary({ device, report: (sentence) => console.error(sentence), signal });
  },
};
