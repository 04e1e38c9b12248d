/** How much is said: each level includes those before it. */
export type LogLevel = "silent" | "error" | "warn" | "info" | "debug";

/** Writes one JSON line an event, with its time and level; fields never hold image content or keys. */
export interface Log {
  error(event: string, fields?: Record<string, unknown>): void;
  warn(event: string, fields?: Record<string, unknown>): void;
  info(event: string, fields?: Record<string, unknown>): void;
  debug(event: string, fields?: Record<string, unknown>): void;
}

const LEVELS: LogLevel[] = ["silent", "error", "warn", "info", "debug"];

/**
 * A log of JSON lines.
 *
 * @param level The most talkative level that is still written.
 * @param write Where a line goes, without its line end; standard error unless told.
 * @returns The log.
 */
export function createLog(level: LogLevel, write: (line: string) => void = console.error): Log {
  const at = (own: LogLevel) => (event: string, fields: Record<string, unknown> = {}) => {
    if (LEVELS.indexOf(own) > LEVELS.indexOf(level)) return;
    write(JSON.stringify({ time: new Date().toISOString(), level: own, event, ...fields }));
  };
  return { error: at("error"), warn: at("warn"), info: at("info"), debug: at("debug") };
}
