/**
 * Runs the tests that tfjs-core carries, of its ops and gradients, on our binding: `deno task
 * test:tfjs`. What is skipped, and why, is in skipped.ts.
 */
import { startTensorFlow } from "../../src/tensorflow/mod.ts";
import { loadCoreTests } from "./core_tests.ts";
import { type SpecResult, startJasmine } from "./jasmine.ts";
import { SKIPPED } from "./skipped.ts";

const ENVIRONMENT = "contract";
const { version, deviceName } = await startTensorFlow({ device: "cpu" });
console.log(`TensorFlow.js's own tests on TensorFlow ${version}, ${deviceName}`);
const say = console.log;
silence(); // some of the tests print
const jasmine = startJasmine();
await loadCoreTests({
  name: ENVIRONMENT,
  backendName: "tensorflow",
  flags: {},
  isDataSync: true,
});

const skipped = new Map<string, number>(); // by prefix
const failures: SpecResult[] = [];
let passed = 0;
jasmine.configure({
  random: false,
  specFilter(spec) {
    const prefix = skipOf(nameOf(spec.getFullName()));
    if (prefix !== undefined) skipped.set(prefix, (skipped.get(prefix) ?? 0) + 1);
    return prefix === undefined;
  },
});
jasmine.addReporter({
  specDone(result) {
    if (result.status === "passed") passed++;
    if (result.status === "failed") failures.push(result);
  },
  suiteDone(result) {
    if (result.failedExpectations.length > 0) failures.push(result);
  },
});
const started = performance.now();
await jasmine.execute();
const seconds = ((performance.now() - started) / 1000).toFixed(1);

for (const { fullName, failedExpectations } of failures) {
  say(`FAILED ${nameOf(fullName)}: ${failedExpectations.map(({ message }) => message).join("; ")}`);
}
for (const { reason, tests } of SKIPPED) {
  const count = tests.reduce((total, prefix) => total + (skipped.get(prefix) ?? 0), 0);
  say(`${count} skipped: ${reason}`);
}
const unmatched = SKIPPED.flatMap(({ tests }) => tests).filter((prefix) => !skipped.has(prefix));
for (const prefix of unmatched) say(`FAILED skipped.ts: no test begins with "${prefix}"`);
const failed = failures.length + unmatched.length;
const ignored = [...skipped.values()].reduce((total, count) => total + count, 0);
say(
  `\n${failed ? "FAILED" : "ok"} | ${passed} passed | ${failed} failed | ${ignored} ignored ` +
    `(${seconds}s)`,
);
Deno.exit(failed || passed === 0 ? 1 : 0);

/** A test's name without the environment, which is always the same. */
function nameOf(fullName: string): string {
  return fullName.replace(` ${ENVIRONMENT} {}`, "");
}

function skipOf(name: string): string | undefined {
  return SKIPPED.flatMap(({ tests }) => tests).find((prefix) => name.startsWith(prefix));
}

function silence(): void {
  const nothing = () => {};
  Object.assign(console, { log: nothing, warn: nothing, info: nothing, table: nothing });
}
