import { PRESETS } from "../presets/mod.ts";
import { jsonReporter, type Reporter, screenReporter } from "../report.ts";
import { runPretraining } from "../run_pretraining.ts";
import type { Command, Context, Values } from "./command.ts";
import { CONFIG_OPTIONS, givenConfig } from "./config_options.ts";
import { DEVICE_OPTIONS, required, startFromOptions } from "./device_options.ts";

const PRESET_LIST = Object.keys(PRESETS).join(", ");

/** `deno task pretrain`: trains an encoder without labels and saves it. */
export const pretrainCommand: Command = {
  summary: "Trains an encoder on images without labels (SimCLR) and saves it",
  options: {
    data: { type: "string", help: "Images: a folder, a tar of one, or shapes" },
    name: { type: "string", help: "The encoder's name" },
    preset: {
      type: "string",
      help: `Values for the options below: ${PRESET_LIST}`,
      default: "none",
    },
    from: { type: "string", help: "Begin from this encoder's weights: NAME or NAME@VERSION" },
    resume: {
      type: "boolean",
      help: "Go on from the run's last checkpoint; with more --epochs, beyond its end",
    },
    restart: { type: "boolean", help: "Throw the run's checkpoint away and begin anew" },
    json: { type: "boolean", help: "Print a JSON object a line, for programs" },
    ...DEVICE_OPTIONS,
    ...CONFIG_OPTIONS,
  },
  async run(values, context) {
    const name = required(values, "name", "a name for the encoder, such as --name flowers");
    const report = reporterFor(values, context);
    await startFromOptions(values);
    const manifest = await runPretraining({
      name,
      source: values.data as string | undefined,
      configuration: givenConfig(values),
      preset: values.preset as string | undefined,
      from: values.from as string | undefined,
      resume: values.resume === true,
      restart: values.restart === true,
      home: context.home,
      report,
      signal: context.signal,
    });
    const reference = `${manifest.name}@${manifest.version}`;
    report.say(`Saved the encoder ${reference} (h has ${manifest.dimension} numbers).`);
    if (values.json) {
      const { metrics } = manifest;
      context.out(JSON.stringify({ type: "result", encoder: reference, metrics }) + "\n");
    }
  },
};

/**
 * The reporter that the options ask for.
 *
 * @param values `json` makes one for programs.
 * @param context Where it writes.
 * @returns The reporter.
 */
export function reporterFor(values: Values, context: Context): Reporter {
  return values.json
    ? jsonReporter((line) => context.out(line + "\n"))
    : screenReporter({ ...context, write: context.out });
}
