import type { ClassifierManifest } from "../../src/classifiers/classifiers.ts";
import { comparisonSchema, type JobResult } from "../../src/jobs/job.ts";
import { referenceOf } from "./saved_version.ts";

/**
 * The result of a job from the classifier that it saved, which says all of it: so a job that was
 * killed once it had saved ends as it would have.
 *
 * @param manifest Of the classifier; its lineage has the job's comparisons.
 * @param options.model The encoder that the job saved with it, `NAME@VERSION`, or null.
 * @returns The result.
 */
export function classifierResult(
  manifest: ClassifierManifest,
  options: { model: string | null },
): JobResult {
  const { metrics, warnings, lineage } = manifest;
  return {
    classifier: referenceOf(manifest),
    model: options.model,
    metrics: { ...metrics },
    comparisons: comparisonSchema.array().parse(lineage.comparisons),
    warnings,
  };
}
