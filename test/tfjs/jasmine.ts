import { createRequire } from "node:module";

/** The outcome of one test. */
export interface SpecResult {
  fullName: string;
  status: "passed" | "failed" | "excluded" | "pending";
  failedExpectations: { message: string }[];
}

/** What we use of jasmine's environment. */
export interface JasmineEnvironment {
  configure(
    options: { random: boolean; specFilter(spec: { getFullName(): string }): boolean },
  ): void;
  addReporter(reporter: {
    specDone?(result: SpecResult): void;
    suiteDone?(result: SpecResult): void;
  }): void;
  execute(): Promise<{ overallStatus: string }>;
}

/**
 * Starts jasmine, whose `describe`, `it` and `expect` are global from then on, as its tests want.
 *
 * @returns Its environment.
 */
export function startJasmine(): JasmineEnvironment {
  const core = createRequire(import.meta.url)("jasmine-core");
  return core.boot(core).getEnv();
}
