/**
 * Makes the Python that the checks of this folder run: a virtual environment with exactly what the
 * lock names. Does nothing where it is there. Needs Python 3.10 with pip and venv.
 *
 * @module
 */
import { findPython } from "../../../src/tensorflow/python.ts";
import { ENVIRONMENT, program } from "./environment.ts";

const LOCK = new URL("./requirements.txt", import.meta.url).pathname;
/** Says which lock the environment was made from; written last, so that one without it is not whole. */
const STAMP = `${ENVIRONMENT}/made-from`;

if (import.meta.main) await setUp();

async function setUp(): Promise<void> {
  const lock = await Deno.readFile(LOCK);
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", lock)).toHex();
  if (await Deno.readTextFile(STAMP).catch(() => "") === hash) return;
  await Deno.remove(ENVIRONMENT, { recursive: true }).catch(() => {}); // what an older lock left
  await run(await findPython(), ["-m", "venv", ENVIRONMENT]);
  const options = ["--require-hashes", "--disable-pip-version-check", "--no-input", "--quiet"];
  await run(program("python"), ["-m", "pip", "install", ...options, "-r", LOCK]);
  await Deno.writeTextFile(STAMP, hash);
}

async function run(command: string, args: string[]): Promise<void> {
  const { success } = await new Deno.Command(command, { args }).spawn().status;
  if (success) return;
  console.error(`Cannot set up ${ENVIRONMENT} as ${command} ${args[1]} must succeed: it did not.`);
  Deno.exit(1);
}
