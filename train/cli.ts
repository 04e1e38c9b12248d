/**
 * The command line of the training side: `deno task pretrain`, `evaluate`, `ablate` and the others.
 * It alone here reads flags, environment and signals, and decides the exit code.
 *
 * @module
 */
import { parseArgs } from "node:util";
import { LookalikeError, messageOf } from "../src/errors.ts";
import type { Command, Context, Values } from "./commands/command.ts";

/** Loaded when called: set-up must run before what it sets up can be loaded. */
const COMMANDS: Record<string, () => Promise<Command>> = {
  setup: async () => (await import("./commands/setup.ts")).setupCommand,
  quickstart: async () => (await import("./commands/quickstart.ts")).quickstartCommand,
  pretrain: async () => (await import("./commands/pretrain.ts")).pretrainCommand,
  evaluate: async () => (await import("./commands/evaluate.ts")).evaluateCommand,
  ablate: async () => (await import("./commands/ablate.ts")).ablateCommand,
  views: async () => (await import("./commands/views.ts")).viewsCommand,
  embed: async () => (await import("./commands/embed.ts")).embedCommand,
  export: async () => (await import("./commands/export.ts")).exportCommand,
  import: async () => (await import("./commands/import.ts")).importCommand,
  job: async () => (await import("./commands/job.ts")).createJobCommand(Deno.env.toObject()),
};

/** As shells have it for a program that ctrl-C ended. */
const INTERRUPTED = 130;
/** How long a process may take to end once what started it is gone, in milliseconds. */
const ORPHAN_MS = 5000;

if (import.meta.main) Deno.exit(await main(Deno.args));

async function main([name, ...args]: string[]): Promise<number> {
  const load = COMMANDS[name];
  if (!load) {
    console.error(
      `Cannot run ${name ?? "nothing"}: there are ${Object.keys(COMMANDS).join(", ")}.`,
    );
    return 1;
  }
  try {
    const command = await load();
    const values = parse(command, args);
    if (values.help) Deno.stdout.writeSync(new TextEncoder().encode(help(name, command)));
    else return await command.run(values, context(command)) ?? 0;
    return 0;
  } catch (error) {
    const expected = error instanceof LookalikeError && error.code !== "internal";
    console.error(expected ? messageOf(error) : error);
    return expected && error.code === "interrupted" ? INTERRUPTED : 1;
  }
}

function parse(command: Command, args: string[]): Values {
  const options = Object.fromEntries(
    Object.entries(command.options).map(([name, { type }]) => [name, { type }]),
  );
  try {
    return parseArgs({
      args,
      options: { ...options, help: { type: "boolean" } },
      strict: true,
      allowNegative: true, // --no-normalize
    }).values as Values;
  } catch (cause) {
    throw new LookalikeError("invalid_input", `${messageOf(cause)}. See --help.`, { cause });
  }
}

function context({ endsWithInput }: Command): Context {
  const stopping = new AbortController();
  Deno.addSignalListener("SIGINT", () => {
    if (stopping.signal.aborted) Deno.exit(INTERRUPTED); // the second ctrl-C does not wait
    console.error("\nStopping; ctrl-C again stops at once.");
    stopping.abort();
  });
  Deno.addSignalListener("SIGTERM", () => stopping.abort());
  if (endsWithInput) {
    void endOfInput().then(() => {
      stopping.abort();
      setTimeout(() => Deno.exit(INTERRUPTED), ORPHAN_MS); // nobody is left to kill it
    });
  }
  const isTerminal = Deno.stdout.isTerminal();
  return {
    home: Deno.env.get("LOOKALIKE_HOME") || "./lookalike-data",
    signal: stopping.signal,
    out: (text) => void Deno.stdout.writeSync(new TextEncoder().encode(text)),
    isTerminal,
    columns: isTerminal ? Deno.consoleSize().columns : 80,
  };
}

/** Resolves once nobody holds the other end of standard input any more. */
async function endOfInput(): Promise<void> {
  for await (const _ of Deno.stdin.readable);
}

function help(name: string, command: Command): string {
  const lines = Object.entries(command.options).map(([option, { type, help, default: value }]) => {
    const isOn = type === "boolean" && value === "true";
    const flag = `  --${isOn ? "no-" : ""}${option}${type === "string" ? " …" : ""}`;
    return `${flag.padEnd(34)}${help}${value === undefined ? "" : ` [${value}]`}`;
  });
  return [`deno task ${name}: ${command.summary}.`, "", ...lines, ""].join("\n");
}
