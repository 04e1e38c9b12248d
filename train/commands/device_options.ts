import { LookalikeError } from "../../src/errors.ts";
import { type Runtime, startTensorFlow } from "../../src/tensorflow/mod.ts";
import type { Option, Values } from "./command.ts";
import { readDevice } from "./read_device.ts";

/** Where a command computes. */
export const DEVICE_OPTIONS: Record<string, Option> = {
  device: { type: "string", help: "cpu, cuda, or auto: a GPU where there is one", default: "auto" },
  threads: { type: "string", help: "Threads of one operation, 0 for all cores", default: "0" },
};

/**
 * Starts TensorFlow as the options say.
 *
 * @param values What was given, by option.
 * @returns The running TensorFlow.
 * @throws {LookalikeError} `invalid_input` naming the option, or as `startTensorFlow` does.
 */
export async function startFromOptions(values: Values): Promise<Runtime> {
  const device = readDevice(values);
  return await startTensorFlow({ device, threads: wholeNumber(values, "threads") ?? 0 });
}

/**
 * Reads an option that is a whole number.
 *
 * @param values What was given, by option.
 * @param name The option.
 * @returns The number, or undefined if it was not given.
 * @throws {LookalikeError} `invalid_input` if it is not a whole number from 0.
 */
export function wholeNumber(values: Values, name: string): number | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  const number = Number(text);
  if (text !== "" && Number.isSafeInteger(number) && number >= 0) return number;
  throw new LookalikeError(
    "invalid_input",
    `Cannot read --${name} as it must be a whole number from 0: it is ${JSON.stringify(text)}.`,
    { param: `--${name}` },
  );
}

/**
 * Reads an option that must be given.
 *
 * @param values What was given, by option.
 * @param name The option.
 * @param what What it is, for the error.
 * @returns Its text.
 * @throws {LookalikeError} `invalid_input` if it is missing.
 */
export function required(values: Values, name: string, what: string): string {
  const text = values[name];
  if (typeof text === "string" && text !== "") return text;
  throw new LookalikeError(
    "invalid_input",
    `Cannot begin as --${name} is missing: give ${what}.`,
    { param: `--${name}` },
  );
}
