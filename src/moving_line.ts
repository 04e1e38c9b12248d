/** How a person is reached. */
export interface Screen {
  /** Writes text as it is. */
  write(text: string): void;
  /** Whether a line can be written over. */
  isTerminal: boolean;
  /** Characters in a line. */
  columns: number;
}

/** What a person sees of something that goes on: a line that moves, and sentences above it. */
export interface MovingLine {
  /** Shows how it is now, in place of what the line showed; the last one stays. */
  show(line: string, options?: { isLast?: boolean }): void;
  /** Writes a line that stays, in place of what moved. */
  say(line: string): void;
}

/** Without a terminal, a line at most this often. */
const QUIET_MS = 10_000;

/**
 * A line that moves on a terminal; in a file, a line now and then.
 *
 * @param screen Where it is shown.
 * @returns The line.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { createMovingLine } from "./moving_line.ts";
 * let file = "";
 * const write = (text: string) => void (file += text);
 * const line = createMovingLine({ write, isTerminal: false, columns: 80 });
 * line.show("1 of 3");
 * line.show("2 of 3"); // too soon
 * line.show("3 of 3", { isLast: true });
 * assertEquals(file, "1 of 3\n3 of 3\n");
 * ```
 */
export function createMovingLine({ write, isTerminal, columns }: Screen): MovingLine {
  let moving = false; // whether the cursor stands behind a line that may be written over
  let last = -Infinity;
  return {
    show(line, { isLast = false } = {}) {
      if (isTerminal) {
        write(`\r\x1b[2K${line.slice(0, columns - 1)}${isLast ? "\n" : ""}`);
        moving = !isLast;
      } else if (isLast || performance.now() - last >= QUIET_MS) {
        last = performance.now();
        write(line + "\n");
      }
    },
    say(line) {
      if (moving) write("\r\x1b[2K");
      moving = false;
      write(line + "\n");
    },
  };
}
