import { z } from "zod";

const MEBIBYTE = 2 ** 20;

/** A whole number written in decimal digits, within bounds. */
function whole(bounds: { min: number; max?: number; unit: string }) {
  const { min, max = Number.MAX_SAFE_INTEGER, unit } = bounds;
  const range = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
  const fits = (text: string) => /^\d{1,15}$/.test(text) && +text >= min && +text <= max;
  return z.string().refine(fits, `must be a whole number ${range} (${unit})`).transform(Number);
}

/** One of a few words. */
function oneOf<const Words extends readonly [string, ...string[]]>(words: Words) {
  return z.enum(words, {
    error: () => `must be ${words.join(", ").replace(/, (\S+)$/, " or $1")}`,
  });
}

/**
 * Every setting of the service: how its text is read, what it is when unset, and what it does.
 * `maxBatch` is `LOOKALIKE_MAX_BATCH` in the environment, and so on; {@link configTable} has them all.
 */
export const configSchema = z.object({
  home: z.string().default("./lookalike-data")
    .describe("The folder of encoders and collections, shared by all tasks."),
  host: z.string().default("127.0.0.1")
    .describe("The address to listen on; 0.0.0.0 or :: for all."),
  port: whole({ min: 0, max: 65535, unit: "a TCP port" }).prefault("8080")
    .describe("The port to listen on; 0 takes a free one and prints it."),
  device: oneOf(["auto", "cpu", "cuda"]).default("auto")
    .describe(
      "Where encoders run: cuda refuses to start without one, auto takes it where there is one.",
    ),
  threads: whole({ min: 0, max: 1024, unit: "threads" }).prefault("0")
    .describe("CPU threads of one computation; 0 takes all cores."),
  precision: oneOf(["auto", "float32", "bfloat16"]).default("float32")
    .describe(
      "Precision of convolutions and matrix products; auto takes bfloat16 where it is faster.",
    ),
  maxBatch: whole({ min: 1, max: 4096, unit: "images" }).prefault("32")
    .describe("Images that are computed together at most; smaller batches are powers of two."),
  batchWaitMs: whole({ min: 0, max: 10_000, unit: "milliseconds" }).prefault("16")
    .describe(
      "How long an idle device waits at most for more images to fill a batch; an eighth where none comes.",
    ),
  queueLimit: whole({ min: 1, unit: "images" }).prefault("512")
    .describe(
      "Images that may wait for one encoder; past it requests are answered 429 with Retry-After.",
    ),
  maxBodyBytes: whole({ min: 1024, unit: "bytes" }).prefault(String(64 * MEBIBYTE))
    .describe("The largest request body, counted as it arrives; past it 413."),
  maxBodiesBytes: whole({ min: 1024, unit: "bytes" }).prefault(String(512 * MEBIBYTE))
    .describe("All request bodies held in memory together at most; past it 429."),
  bodySeconds: whole({ min: 1, max: 3600, unit: "seconds" }).prefault("60")
    .describe("How long a request body may take to arrive; past it 408."),
  maxImageBytes: whole({ min: 64, unit: "bytes" }).prefault(String(32 * MEBIBYTE))
    .describe("The largest image file; past it 413."),
  maxPixels: whole({ min: 1, unit: "pixels" }).prefault("64000000")
    .describe(
      "The largest image in pixels, read from its header before it is decoded; past it 413.",
    ),
  maxImages: whole({ min: 1, unit: "images" }).prefault("128")
    .describe("Images in one embeddings request, or items in one upsert, at most."),
  requestSeconds: whole({ min: 1, max: 3600, unit: "seconds" }).prefault("60")
    .describe("How long a request may take once its body has arrived; past it 504."),
  maxResults: whole({ min: 1, max: 10000, unit: "results" }).prefault("1000")
    .describe("The largest k of a search."),
  decoders: whole({ min: 0, max: 256, unit: "processes" }).prefault("0")
    .describe("Processes that decode images, apart from the server; 0 starts one a core."),
  decodeSeconds: whole({ min: 1, max: 600, unit: "seconds" }).prefault("10")
    .describe(
      "How long one image may take to decode; past it its process is killed and it is 400.",
    ),
  decodeBytes: whole({ min: 64 * MEBIBYTE, unit: "bytes" }).prefault(String(1024 * MEBIBYTE))
    .describe(
      "Memory that one image may take in a process that decodes, beyond what the process has at its " +
        "start; past it the image is 400. Linux only.",
    ),
  encoderBytes: whole({ min: MEBIBYTE, unit: "bytes" }).prefault(String(4096 * MEBIBYTE))
    .describe(
      "Weights held in memory at most: past it the encoders that were not used for longest make room.",
    ),
  allowUrls: oneOf(["false", "true"]).transform((text) => text === "true").prefault("false")
    .describe("Whether images may be given as https addresses, which the service then fetches."),
  urlSeconds: whole({ min: 1, max: 600, unit: "seconds" }).prefault("10")
    .describe("How long fetching one image may take; past it 400."),
  auth: oneOf(["auto", "required", "off"]).default("auto")
    .describe(
      "Whether requests need a key: auto asks for one unless the host is of this machine alone; " +
        "off also where the host is public.",
    ),
  adminKey: z.string().regex(/^\S{20,200}$/, "must be 20 to 200 characters without spaces")
    .optional()
    .describe("A key with every scope, to begin with; keys made with it are kept, itself is not."),
  adminKeyFile: z.string().optional()
    .describe("A file that holds the admin key, in place of LOOKALIKE_ADMIN_KEY."),
  rateLimit: whole({ min: 0, unit: "requests a minute" }).prefault("0")
    .describe(
      "Requests a minute of a key without a limit of its own, or of an address without a key; 0: no limit.",
    ),
  corsOrigins: z.string().regex(/^(\*|https?:\/\/[^\s,/]+(,https?:\/\/[^\s,/]+)*)$/, {
    error: () => "must be * or origins such as https://example.org, with commas between",
  }).optional()
    .describe("Web pages of other origins that may call the API; none unless set."),
  probePort: whole({ min: 0, max: 65535, unit: "a TCP port" }).prefault("0")
    .describe("A port of their own for /livez, /readyz and /metrics; 0 leaves them on the port."),
  drainSeconds: whole({ min: 0, max: 3600, unit: "seconds" }).prefault("30")
    .describe("How long requests in flight may take to finish after SIGTERM or SIGINT."),
  jobs: whole({ min: 0, max: 64, unit: "jobs" }).prefault("1")
    .describe("Jobs of training that run at a time, each a process of its own; 0 starts none."),
  jobQueue: whole({ min: 1, max: 100_000, unit: "jobs" }).prefault("100")
    .describe("Jobs that may wait; past it 429."),
  jobThreads: whole({ min: 0, max: 1024, unit: "threads" }).prefault("0")
    .describe(
      "CPU threads of a job's computation, at the lowest priority; 0 takes half the cores.",
    ),
  jobDeviceShare: whole({ min: 1, max: 100, unit: "percent" }).prefault("50")
    .describe(
      "Share of a GPU's memory that a job may take, in percent; of no effect on processors.",
    ),
  jobHours: whole({ min: 1, max: 8760, unit: "hours" }).prefault("24")
    .describe("How long a job may run in all; past it it fails, and says so."),
  jobSteps: whole({ min: 1, unit: "steps" }).prefault("1000000")
    .describe("Steps of training that a job may ask for; past it 400."),
  jobCheckpointSeconds: whole({ min: 1, max: 3600, unit: "seconds" }).prefault("10")
    .describe("How often a job writes a checkpoint: so much of its work a kill may cost."),
  jobBytes: whole({ min: MEBIBYTE, unit: "bytes" }).prefault(String(32 * 1024 * MEBIBYTE))
    .describe("What a job may keep on disk beside the images that it shares with its collection."),
  pretrainFolders: z.string().optional()
    .describe(
      "Folders that pretraining jobs may read images from, with colons between; none unless set.",
    ),
  logLevel: oneOf(["silent", "error", "warn", "info", "debug"]).default("info")
    .describe("How much is logged on standard error; info has a line for each request."),
});

/** The service's settings, read and checked. */
export type Config = z.output<typeof configSchema>;

type Setting = keyof Config;
const SETTINGS = Object.keys(configSchema.shape) as Setting[];

/** Variables whose values are never shown. */
const SECRET = new Set([variableOf("adminKey")]);

/** What {@link readConfig} found. */
export type ConfigReading =
  | { config: Config; problems: []; warnings: string[] }
  | { config: null; problems: string[]; warnings: string[] };

/**
 * Reads the service's settings from variables of the environment.
 *
 * All that is wrong is said at once, each in a sentence that names its variable. A variable that
 * begins with `LOOKALIKE_` and is no setting (a typo, or one that Kubernetes adds for a Service
 * called lookalike) is a warning. An empty value counts as unset.
 *
 * @param environment Names and values; main.ts passes its process's.
 * @returns The settings, or the sentences on what is wrong with them; and the warnings.
 *
 * @example
 * ```ts
 * import { readConfig } from "./config.ts";
 * const { config } = readConfig({ LOOKALIKE_PORT: "9000" });
 * console.assert(config?.port === 9000 && config.host === "127.0.0.1");
 * const { problems } = readConfig({ LOOKALIKE_PORT: "http" });
 * console.assert(problems[0].startsWith("Cannot use LOOKALIKE_PORT as it must be a whole number"));
 * ```
 */
export function readConfig(environment: Record<string, string>): ConfigReading {
  const own = Object.keys(environment).filter((name) => name.startsWith("LOOKALIKE_"));
  const known = new Map(SETTINGS.map((setting) => [variableOf(setting), setting]));
  const warnings = own.filter((name) => !known.has(name))
    .map((name) => `${name} is not a setting of Lookalike: it changes nothing.`);
  const set = own.filter((name) => known.has(name) && environment[name] !== "");
  const read = configSchema.safeParse(
    Object.fromEntries(set.map((name) => [known.get(name), environment[name]])),
  );
  const problems = read.success ? contradictions(read.data) : read.error.issues.map((issue) => {
    const name = variableOf(issue.path[0] as Setting);
    const value = SECRET.has(name) ? "not" : JSON.stringify(environment[name]);
    return `Cannot use ${name} as it ${issue.message}: it is ${value}.`;
  });
  return problems.length === 0 && read.success
    ? { config: read.data, problems: [], warnings }
    : { config: null, problems, warnings };
}

/** Settings that are each right and cannot be held together. */
function contradictions(config: Config): string[] {
  const atMost = [
    ["maxImages", "queueLimit"], // a request of more could never be taken
    ["maxBodyBytes", "maxBodiesBytes"],
  ] as const;
  const problems = atMost.filter(([one, all]) => config[one] > config[all]).map(([one, all]) =>
    `Cannot use ${variableOf(one)} as it must be at most ${variableOf(all)}, ${config[all]}: ` +
    `it is ${config[one]}.`
  );
  if (config.adminKey !== undefined && config.adminKeyFile !== undefined) {
    problems.push(
      "Cannot use LOOKALIKE_ADMIN_KEY_FILE as there must be one of it and LOOKALIKE_ADMIN_KEY: " +
        "both are set.",
    );
  }
  return problems;
}

/**
 * The settings as a Markdown table: variable, default, meaning.
 *
 * @returns The table, without a heading; docs hold it word for word.
 */
export function configTable(): string {
  const defaults = configSchema.parse({});
  const rows = SETTINGS.map((setting) =>
    `| \`${variableOf(setting)}\` | ${
      defaults[setting] === undefined ? "" : `\`${defaults[setting]}\``
    } | ${configSchema.shape[setting].description} |`
  );
  return ["| variable | default | what it does |", "| --- | --- | --- |", ...rows, ""].join("\n");
}

/** `maxBodyBytes` → `LOOKALIKE_MAX_BODY_BYTES`. */
function variableOf(setting: Setting): string {
  return `LOOKALIKE_${setting.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
}
