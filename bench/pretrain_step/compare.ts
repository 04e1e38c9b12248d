import { type Answer, startStepProcess, type StepProcess } from "./step_process.ts";

/** What is known of one side's steps. */
export interface Timing {
  /** The fastest step, in milliseconds: what it takes when nothing else disturbs. */
  min: number;
  /** The median step, in milliseconds. */
  median: number;
  /** How many steps were timed, after the warm-up. */
  steps: number;
  /** The largest resident size of the process. */
  peakBytes: number;
}

/** How steps are timed. */
export interface CompareOptions {
  /** Turns that each side has. */
  rounds: number;
  /** Steps in a turn. */
  steps: number;
}

/** The first step compiles; two more, and caches and memory have settled. */
const WARM_UP = 3;

/**
 * Times the steps of several programs in turns (A B, B A, A B …), so that a slow spell of the machine
 * meets all of them. All are alive throughout; those whose turn it is not wait for input.
 *
 * @param commands What `startStepProcess` takes, a program each.
 * @param options How often and how long.
 * @returns The timing of each, in the order of the commands.
 */
export async function compareSteps(
  commands: string[][],
  options: CompareOptions,
): Promise<Timing[]> {
  await using stack = new AsyncDisposableStack();
  const sides: { child: StepProcess; answers: Answer[] }[] = [];
  for (const command of commands) {
    const child = stack.use(startStepProcess(command));
    await child.steps(WARM_UP);
    sides.push({ child, answers: [] });
  }
  for (let round = 0; round < options.rounds; round++) {
    const order = round % 2 === 0 ? sides : sides.toReversed();
    for (const { child, answers } of order) answers.push(await child.steps(options.steps));
  }
  return sides.map(({ answers }) => timingOf(answers));
}

function timingOf(answers: Answer[]): Timing {
  const sorted = answers.flatMap(({ ms }) => ms).sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return {
    min: sorted[0],
    median: (sorted[Math.floor(middle)] + sorted[Math.ceil(middle)]) / 2,
    steps: sorted.length,
    peakBytes: answers[answers.length - 1].peakBytes,
  };
}
