import { existsSync } from "node:fs";
import { createRequire, registerHooks } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";

/** How tfjs-core's tests see a backend (its `TestEnv`). */
export interface TestEnvironment {
  name: string;
  backendName: string;
  flags: Record<string, unknown>;
  /** Whether values can be read at once (`dataSync`). */
  isDataSync: boolean;
}

const PACKAGE = "/@tensorflow/tfjs-core/dist/";

const FOLDER = new URL("../../node_modules/@tensorflow/tfjs-core/dist/", import.meta.url);
/** Without links, so that the package's own dependencies are found from there. */
const DIST = pathToFileURL(Deno.realPathSync(FOLDER) + "/").href;

/** A module for `import * as seedrandom`: a bundler would give it a CommonJS module's exports. */
const SEEDRANDOM = "data:text/javascript,export const { alea, xor128, tychei } = seedrandom;";

/**
 * Loads the tests that the tfjs-core package carries, which then wait in jasmine to be run.
 *
 * They are written for a bundler: their imports leave `.js` and `/index.js` out, and they find
 * jasmine by `require` and in globals.
 *
 * @param environment The backend to run them on, registered with TensorFlow.js already.
 */
export async function loadCoreTests(environment: TestEnvironment): Promise<void> {
  const seedrandom = createRequire(DIST)("seedrandom");
  Object.assign(globalThis, { require: createRequire(import.meta.url), seedrandom });
  registerHooks({
    resolve(specifier, context, next) {
      const importer = context.parentURL ?? "";
      if (!importer.includes(PACKAGE)) return next(specifier, context);
      if (specifier === "seedrandom") return { url: SEEDRANDOM, shortCircuit: true };
      if (!specifier.startsWith(".")) return next(specifier, context);
      const url = new URL(specifier, importer).href;
      const suffix = ["", ".js", "/index.js"].find((suffix) => isFile(url + suffix));
      return next(suffix === undefined ? specifier : url + suffix, context);
    },
  });
  const load = (name: string) => import(new URL(name, DIST).href);
  await load("public/chained_ops/register_all_chained_ops.js");
  await load("register_all_gradients.js");
  const { setTestEnvs } = await load("jasmine_util.js");
  setTestEnvs([environment]);
  await load("tests.js");
}

function isFile(url: string): boolean {
  return /\.m?js$/.test(url) && existsSync(fileURLToPath(url));
}
