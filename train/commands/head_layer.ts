import type { Manifest } from "../../src/encoders/manifest.ts";
import { LookalikeError } from "../../src/errors.ts";
import type { Option, Values } from "./command.ts";

/** Which layer's output a command gives away. */
export const LAYER_OPTION: Option = {
  type: "string",
  help: "h, or a layer of the projection head from 1 on, where the encoder was saved with one",
  default: "h",
};

/**
 * Reads which layer is asked for.
 *
 * @param values What was given, by option.
 * @param manifest Of the encoder.
 * @returns How many layers of the projection head follow h; 0 is h itself.
 * @throws {LookalikeError} `invalid_input` if the encoder has no such layer.
 */
export function headLayer(values: Values, manifest: Manifest): number {
  const { name, version, head } = manifest;
  const text = values.layer ?? "h";
  const most = head?.layers.length ?? 0;
  const layer = text === "h" ? 0 : Number(text);
  if (text === "h" || (Number.isInteger(layer) && layer >= 1 && layer <= most)) return layer;
  const layers = most === 0 ? "h, as no head is saved with it" : `h or from 1 to ${most}`;
  throw new LookalikeError(
    "invalid_input",
    `Cannot take --layer of ${name}@${version} as it must be ${layers}: it is ${
      JSON.stringify(text)
    }.`,
    { param: "--layer" },
  );
}
