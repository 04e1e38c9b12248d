import type { Log } from "../log.ts";
import type { Bell } from "./bell.ts";
import type { JobCommand } from "./job_process.ts";

/** What it takes to keep a job going. */
export interface Attendance extends JobCommand {
  /** How long it may run in all. */
  hours: number;
  /** What it may keep on disk beside the images that it shares with its collection. */
  bytes: number;
  /** How long one look lasts, in milliseconds. */
  lookMs: number;
  log: Log;
  /** Rings when there may be something to see: another status, or the service's end. */
  bell: Bell;
  /** Whether another service has set it running, and will start its process unless it ends first. */
  isForeign: boolean;
  /** Whether the service ends. */
  isClosing(): boolean;
  /** Its process has started, or ended. */
  onProcess(isRunning: boolean): void;
}
