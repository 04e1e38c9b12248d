import type { ViewStatistics } from "./view_statistics.ts";

/**
 * Names a representation that has collapsed.
 *
 * @param statistics Of a batch.
 * @param dimension D, the length of z.
 * @returns A sentence for a person, or null.
 */
export function describeCollapse(statistics: ViewStatistics, dimension: number): string | null {
  const { hardestNegativeSimilarity, effectiveRank } = statistics;
  if (hardestNegativeSimilarity > 0.999 && effectiveRank < 2) {
    return "The representation has collapsed: all views look alike to it.";
  }
  if (effectiveRank < 0.05 * dimension) {
    return `The representation uses ${effectiveRank.toFixed(1)} of z's ${dimension} dimensions.`;
  }
  return null;
}
