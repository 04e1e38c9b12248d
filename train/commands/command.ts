/** One option of a command line, as `--name VALUE`, or `--name` alone for a flag. */
export interface Option {
  type: "string" | "boolean";
  /** What it is, with its unit in parentheses. */
  help: string;
  /** What holds if it is not given, for `--help`. */
  default?: string;
}

/** What was given, by option. */
export type Values = Record<string, string | boolean | undefined>;

/** What a command may use of the process: only train/cli.ts reads flags, environment and signals. */
export interface Context {
  /** The folder of all that Lookalike keeps (LOOKALIKE_HOME). */
  home: string;
  /** Aborted by the first ctrl-C. */
  signal: AbortSignal;
  /** Writes to standard output. */
  out(text: string): void;
  /** Whether standard output is a terminal, and how wide. */
  isTerminal: boolean;
  columns: number;
}

/** A command of train/cli.ts. */
export interface Command {
  /** One line on what it does. */
  summary: string;
  /** By name, without dashes. */
  options: Record<string, Option>;
  /** Whether it is part of what started it, and so stops when its standard input ends. */
  endsWithInput?: boolean;
  /**
   * Runs it; throws `interrupted` if the signal ended it early.
   *
   * @returns The exit code, where it is not 0.
   */
  run(values: Values, context: Context): Promise<number | void>;
}
