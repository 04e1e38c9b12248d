import { METRICS } from "../../src/collections/metrics.ts";
import { checkLayer, layerDimensions } from "../../src/embed/head_layer.ts";
import { LookalikeError } from "../../src/errors.ts";
import { sha256 } from "../../src/files.ts";
import { readImages } from "../requests/read_images.ts";
import type { Services } from "../services.ts";
import { embedUnit } from "./embed_unit.ts";
import { checkFitSize } from "./fit_bounds.ts";
import type { FitExamples, Reading } from "./fit_examples.ts";
import type { GivenExample } from "./fit_schema.ts";

/**
 * The examples that a request brings along: images are embedded, vectors scaled to length 1.
 *
 * @param services What the routes stand on.
 * @param request The model and its layer, the examples, and how images are read.
 * @returns The examples, in order.
 * @throws {LookalikeError} `not_found` without the model; `invalid_input` for a layer that it has not,
 * a vector of another length or without direction, or if the same image or vector is given two labels;
 * `too_large`; what embedding throws.
 */
export async function givenExamples(
  services: Services,
  { model, layer = 0, examples, signal, hold }: Reading & {
    model: string;
    layer?: number;
    examples: GivenExample[];
  },
): Promise<FitExamples> {
  const { reference: encoder, manifest } = await services.encoders.get(model);
  const dimension = layerDimensions(manifest)[checkLayer(manifest, layer)];
  const labels = examples.map(({ label }) => label);
  const size = { examples: examples.length, classes: new Set(labels).size, dimension };
  checkFitSize(size, "examples");
  const vectors = new Float32Array(examples.length * dimension);
  for (const [at, { vector }] of examples.entries()) { // before any image is embedded
    const check = { dimension, param: `examples[${at}].vector` };
    if (vector) vectors.set(METRICS.cosine.prepare(vector, check), at * dimension);
  }
  const made = { encoder, layer, dimension, labels, vectors, field: "examples" };
  const places = [...examples.keys()].filter((at) => examples[at].image !== undefined);
  const fieldOf = (index: number) => `examples[${places[index]}].image`;
  const files = await readImages(places.map((at) => examples[at].image!), {
    ...{ fetchImage: services.fetchImage, fieldOf, signal, hold },
  });
  const bytes: Uint8Array[] = examples.map(({ vector }) => new Uint8Array(vector?.buffer ?? []));
  for (const [index, at] of places.entries()) bytes[at] = files[index];
  checkLabels(bytes, labels);
  if (places.length === 0) return { ...made, timings: null };
  const { vectors: rows, timings } = await embedUnit(services, {
    ...{ encoder, layer, count: files.length, fieldOf, signal },
    read: (from, to) => files.slice(from, to),
  });
  for (const [index, at] of places.entries()) {
    vectors.set(rows.subarray(index * dimension, (index + 1) * dimension), at * dimension);
  }
  return { ...made, timings };
}

/** Refuses the same bytes under two labels: one of them is wrong, and no fit can say which. */
function checkLabels(examples: Uint8Array[], labels: string[]): void {
  const places = new Map<string, number>();
  for (const [at, bytes] of examples.entries()) {
    const key = sha256(bytes);
    const before = places.get(key) ?? at;
    if (labels[before] !== labels[at]) {
      throw new LookalikeError(
        "invalid_input",
        `Cannot take label ${
          JSON.stringify(labels[at])
        } of examples[${at}] as an example must have ` +
          `one label: examples[${before}] is the same, and is ${JSON.stringify(labels[before])}.`,
        { param: `examples[${at}].label` },
      );
    }
    places.set(key, before);
  }
}
