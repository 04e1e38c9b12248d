import { installLibrary } from "../../src/tensorflow/install.ts";
import type { Command } from "./command.ts";
import { readDevice } from "./read_device.ts";

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
    await installLibrary({
      device: readDevice(values),
      report: (sentence) => console.error(sentence),
      signal,
    });
  },
};
