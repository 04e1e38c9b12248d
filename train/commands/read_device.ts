import { LookalikeError } from "../../src/errors.ts";
import type { LibraryBuild } from "../../src/tensorflow/library.ts";
import type { Values } from "./command.ts";

/**
 * Reads the option `--device`. Apart from the rest of TensorFlow, so that set-up need not load it.
 *
 * @param values What was given, by option.
 * @returns The device; `auto` if none was given.
 * @throws {LookalikeError} `invalid_input` if it is another word.
 */
export function readDevice(values: Values): "auto" | LibraryBuild {
  const device = values.device ?? "auto";
  if (device === "auto" || device === "cpu" || device === "cuda") return device;
  throw new LookalikeError(
    "invalid_input",
    `Cannot work on ${device} as --device must be auto, cpu or cuda.`,
    { param: "--device" },
  );
}
