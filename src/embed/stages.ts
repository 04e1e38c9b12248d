/** The stages of an image's way through an engine. */
export type Stage = "decode" | "queue" | "inference";

/** How often each stage was passed, and the seconds spent in it altogether. */
export type StageTotals = Record<Stage, { count: number; seconds: number }>;

/** Milliseconds by stage: the longest that an image of a request spent in each. */
export type StageTimings = Record<Stage, number>;

/** Adds up what the stages take. */
export interface StageClock {
  /** Times a piece of work as one passage of a stage, also when it throws. */
  time<Result>(stage: Stage, work: () => Promise<Result>): Promise<[Result, milliseconds: number]>;
  /** Adds one passage that took so many milliseconds. */
  add(stage: Stage, milliseconds: number): void;
  /** The seconds spent in a stage so far. */
  seconds(stage: Stage): number;
  /** The totals so far, a copy. */
  totals(): StageTotals;
}

/**
 * A clock at zero.
 *
 * @param onPassed Told of each passage, such as for a histogram.
 * @returns The clock.
 */
export function createStageClock(
  onPassed: (stage: Stage, seconds: number) => void = () => {},
): StageClock {
  const totals: StageTotals = {
    decode: { count: 0, seconds: 0 },
    queue: { count: 0, seconds: 0 },
    inference: { count: 0, seconds: 0 },
  };
  const add = (stage: Stage, milliseconds: number) => {
    totals[stage].count++;
    totals[stage].seconds += milliseconds / 1000;
    onPassed(stage, milliseconds / 1000);
  };
  return {
    add,
    seconds: (stage) => totals[stage].seconds,
    totals: () => structuredClone(totals),
    async time(stage, work) {
      const start = performance.now();
      try {
        const result = await work();
        return [result, performance.now() - start];
      } finally {
        add(stage, performance.now() - start);
      }
    },
  };
}
