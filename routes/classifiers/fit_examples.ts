import type { LabelledVectors } from "../../src/classifiers/fit_classifier.ts";
import type { StageTimings } from "../../src/embed/stages.ts";
import type { Hold } from "../../src/image/fetch_image.ts";
import type { Services } from "../services.ts";
import { collectionExamples } from "./collection_examples.ts";
import type { FitRequest } from "./fit_schema.ts";
import { givenExamples } from "./given_examples.ts";

/** What a classifier is fitted to. */
export interface FitExamples extends LabelledVectors {
  /** What made the vectors, `NAME@VERSION`. */
  encoder: string;
  /** 0 for h, or the layer of its projection head. */
  layer: number;
  /** F. */
  dimension: number;
  /** The request's field that has the labels. */
  field: string;
  /** What embedding took; null if there was no image. */
  timings: StageTimings | null;
}

/** What reads a request's images, and for how long. */
export interface Reading {
  /** Aborted once nobody waits. */
  signal: AbortSignal;
  /** Counts the bytes of images that are fetched. */
  hold: Hold;
}

/**
 * The examples of a request: items of a collection, or images and vectors of its own.
 *
 * @param services What the routes stand on.
 * @param options What is asked for, and how images are read.
 * @returns The examples, all of one encoder and layer.
 * @throws {LookalikeError} `not_found` without the collection, an item or the model; `invalid_input`
 * where there are no examples or two say different things; `too_large` if they are too many.
 */
export async function fitExamples(
  services: Services,
  { request, ...reading }: Reading & { request: FitRequest },
): Promise<FitExamples> {
  const { collection, labels, model, layer, examples } = request;
  if (collection !== undefined) return await collectionExamples(services, { collection, labels });
  return await givenExamples(services, { model: model!, layer, examples: examples!, ...reading });
}
