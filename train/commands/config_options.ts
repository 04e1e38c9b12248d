import { NULL_WORDS, type PretrainConfig, pretrainConfigSchema, resolveConfig } from "../config.ts";
import type { Option, Values } from "./command.ts";

const DEFAULTS = resolveConfig();

/** An option for every field of the configuration: `batchSize` is `--batch-size`. */
export const CONFIG_OPTIONS: Record<string, Option> = Object.fromEntries(
  fields().map((field) => {
    const value = DEFAULTS[field];
    return [
      flagOf(field),
      {
        type: typeof value === "boolean" ? "boolean" : "string",
        help: pretrainConfigSchema.shape[field].description ?? "",
        default: value === null ? NULL_WORDS[field] : String(value),
      } satisfies Option,
    ];
  }),
);

/**
 * The fields that were given on the command line.
 *
 * @param values What was given, by option.
 * @returns Values by field of the configuration, as text.
 */
export function givenConfig(values: Values): Record<string, unknown> {
  return Object.fromEntries(
    fields().map((field) => [field, values[flagOf(field)]]).filter(([, value]) =>
      value !== undefined
    ),
  );
}

/**
 * A field's name on the command line.
 *
 * @param field Such as `batchSize`.
 * @returns Such as `batch-size`.
 */
export function flagOf(field: string): string {
  return field.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function fields(): (keyof PretrainConfig)[] {
  return Object.keys(pretrainConfigSchema.shape) as (keyof PretrainConfig)[];
}
