/** One line of Prometheus's text format. */
export interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

/** What was read of it. */
export interface ParsedMetrics {
  text: string;
  samples: Sample[];
  /** The names that have samples. */
  names: Set<string>;
  /** The value of the one sample that has at least these labels. */
  value(name: string, labels?: Record<string, string>): number;
}

const SAMPLE = /^([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\["\\n])*)"(?:,|$)/y;

/**
 * Reads Prometheus's text format as strictly as it is written down (exposition format 0.0.4): a HELP
 * and a TYPE line before each family, every family together and once, names that say their unit or
 * that they count, and histograms whose buckets rise to their count.
 *
 * @param text The whole answer.
 * @returns Its samples.
 */
export function parseMetrics(text: string): ParsedMetrics {
  if (!text.endsWith("\n")) throw new Error("The last line must end.");
  const types = new Map<string, string>();
  const samples: Sample[] = [];
  let family = "";
  for (const line of text.split("\n").filter((line) => line !== "")) {
    const [, kind, name, rest] = /^# (HELP|TYPE) (\S+) (.+)$/.exec(line) ?? [];
    if (kind === "HELP") {
      if (types.has(name) || !rest.endsWith(".")) throw new Error(line);
      family = name;
    } else if (kind === "TYPE") {
      if (name !== family || types.has(name)) throw new Error(line);
      if (name.endsWith("_total") !== (rest === "counter")) throw new Error(line);
      types.set(name, rest);
    } else {
      const sample = parseSample(line);
      const suffixed = types.get(family) === "histogram" ? "(_bucket|_sum|_count)" : "";
      if (!RegExp(`^${family}${suffixed}$`).test(sample.name)) throw new Error(line);
      samples.push(sample);
    }
  }
  for (const [name, type] of types) {
    if (type === "histogram") checkHistogram(name, samples);
  }
  return {
    text,
    samples,
    names: new Set(samples.map(({ name }) => name)),
    value(name, labels = {}) {
      const found = samples.filter((sample) =>
        sample.name === name &&
        Object.entries(labels).every(([key, value]) => sample.labels[key] === value)
      );
      if (found.length !== 1) {
        throw new Error(`${found.length} × ${name} ${JSON.stringify(labels)}`);
      }
      return found[0].value;
    },
  };
}

function parseSample(line: string): Sample {
  const [, name, labelText = "", number] = SAMPLE.exec(line) ?? [];
  if (name === undefined || Number.isNaN(Number(number))) throw new Error(line);
  const labels: Record<string, string> = {};
  LABEL.lastIndex = 0;
  while (LABEL.lastIndex < labelText.length) {
    const label = LABEL.exec(labelText);
    if (label === null || label[1] in labels) throw new Error(line);
    labels[label[1]] = label[2].replace(/\\(.)/g, (_, of) => of === "n" ? "\n" : of);
  }
  return { name, labels, value: Number(number) };
}

/** Each series of a histogram: its buckets rise, and the last is its count. */
function checkHistogram(name: string, samples: Sample[]): void {
  const series = Map.groupBy(
    samples.filter((sample) => sample.name.startsWith(`${name}_`)),
    ({ labels: { le: _, ...others } }) => JSON.stringify(others),
  );
  for (const [labels, lines] of series) {
    const buckets = lines.filter((line) => line.name === `${name}_bucket`);
    const bounds = buckets.map(({ labels }) => labels.le === "+Inf" ? Infinity : Number(labels.le));
    const rises = (values: number[]) =>
      values.every((value, at) => at === 0 || value >= values[at - 1]);
    const count = lines.find((line) => line.name === `${name}_count`)?.value;
    const last = buckets.at(-1)?.value;
    const wrong = !rises(bounds) || bounds.at(-1) !== Infinity || last !== count ||
      !rises(buckets.map(({ value }) => value));
    if (wrong) throw new Error(`${name} ${labels}`);
  }
}
