import type { JobStore } from "../../src/jobs/job_store.ts";

/** Past it, nobody is told a turn: it would be read from so many rows at each request. */
const MOST = 1000;

/**
 * The turns of the jobs that wait. Askers take turns, so the first job of each comes before the second
 * of any; within a round the one who has waited longest is taken for the next.
 *
 * @param store The jobs.
 * @returns From 1 up, by id; none where too many wait.
 */
export function queuePositions(store: JobStore): Map<string, number> {
  const { jobs, hasMore } = store.list({ status: ["queued"], limit: MOST });
  if (hasMore) return new Map();
  const ofAsker = new Map<string | null, number>();
  const inRounds = jobs.reverse().map(({ id, keyId }) => {
    const round = (ofAsker.get(keyId) ?? 0) + 1;
    ofAsker.set(keyId, round);
    return { id, round };
  });
  inRounds.sort((a, b) => a.round - b.round); // of one round, the oldest first
  return new Map(inRounds.map(({ id }, at) => [id, at + 1]));
}
