import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { LookalikeError } from "../../src/errors.ts";
import { startDecoderProcess } from "../../src/image/decoder_process.ts";
import { DEFAULT_IMAGE_LIMITS, openImageDecoder } from "../../src/image/mod.ts";
import { heavyAvif } from "./heavy_avif.ts";
import { gradient, picture } from "./pictures.ts";
import { decoderProcesses, environmentOf, isDecoder, peakMemory } from "../processes.ts";

const MEBIBYTE = 2 ** 20;
const OPTIONS = {
  processes: 1,
  seconds: 60,
  memoryBytes: 4096 * MEBIBYTE,
  limits: DEFAULT_IMAGE_LIMITS,
};
const tile = await picture(gradient(16, 16)).png().toBuffer();

// These look into /proc, and bound memory as Linux does.
const test = (name: string, fn: () => Promise<void>) =>
  Deno.test({ name, fn, ignore: Deno.build.os !== "linux" });

test("an image that needs too much memory is stopped at the bound", async () => {
  const pool = await openImageDecoder({ ...OPTIONS, memoryBytes: 128 * MEBIBYTE });
  const before = peakMemory(decoderProcesses()[0]);
  let peak = 0;
  const watch = setInterval(() => {
    for (const pid of decoderProcesses()) peak = Math.max(peak, peakMemory(pid));
  }, 2);
  const error = await assertRejects(() => pool.decode(heavyAvif, { side: 8 }), LookalikeError);
  clearInterval(watch);
  assertEquals(error.code, "unsupported_image");
  assertMatch(error.message, /it needed more than 134217728 bytes\.$/);
  assert(peak - before < 160 * MEBIBYTE, `${(peak - before) / MEBIBYTE} MiB`);
  await pool.decode(tile, { side: 8 });
  await pool.close();
});

test("a process that somebody kills is replaced, and its image tried again", async () => {
  const pool = await openImageDecoder(OPTIONS);
  const [first] = decoderProcesses();
  Deno.kill(first, "SIGSTOP"); // so that it holds the image when it is killed
  const image = pool.decode(tile, { side: 8 });
  Deno.kill(first, "SIGKILL");
  assertEquals((await image).pixels.length, 8 * 8 * 3);
  assertEquals(pool.stats(), { processes: 1, busy: 0, decoded: 1, killed: 1, restarts: 1 });

  const [idle] = decoderProcesses();
  Deno.kill(idle, "SIGKILL");
  await until(() => pool.stats().restarts === 2);
  await pool.decode(tile, { side: 8 });
  assertEquals(pool.stats().killed, 1);
  await pool.close();
});

test("an image at which two processes end is named, and those behind it are not", async () => {
  const pool = await openImageDecoder(OPTIONS);
  const fatal = assertRejects(() => pool.decode(heavyAvif, { side: 8 }), LookalikeError);
  const behind = pool.decode(tile, { side: 8 });
  const [first] = decoderProcesses();
  Deno.kill(first, "SIGKILL");
  await until(() => pool.stats().restarts === 1 && pool.stats().busy === 1);
  Deno.kill(decoderProcesses()[0], "SIGABRT");
  const error = await fatal;
  assertEquals(error.code, "unsupported_image");
  assertMatch(error.message, /it stopped the decoder twice\.$/);
  await behind;
  await pool.close();
});

test("processes may read packages and nothing else, and are told nothing", async () => {
  const pool = await openImageDecoder(OPTIONS);
  const [pid] = decoderProcesses();
  const line = Deno.readTextFileSync(`/proc/${pid}/cmdline`).split("\0");
  const allowed = line.filter((flag) => /^(-A|--allow)/.test(flag));
  assertEquals(allowed.map((flag) => flag.replace(/=.*/, "")), [
    "--allow-read",
    "--allow-ffi",
    "--allow-env",
    "--allow-sys",
  ]);
  assertMatch(allowed[0], /^--allow-read=([^,]+\/node_modules,?)+$/);
  assertEquals(environmentOf(pid).sort(), [
    "DENO_DIR=/dev/null",
    "MALLOC_ARENA_MAX=1",
    "NO_COLOR=1",
  ]);
  await pool.close();
});

test("Ctrl-C and SIGTERM to the whole group leave the processes to the server", async () => {
  const pool = await openImageDecoder(OPTIONS);
  const [pid] = decoderProcesses();
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.kill(pid, signal);
  await pool.decode(tile, { side: 8 });
  for (const signal of ["SIGINT", "SIGTERM"] as const) Deno.kill(pid, signal);
  await pool.decode(tile, { side: 8 });
  assertEquals(pool.stats().restarts, 0);
  assertEquals(decoderProcesses(), [pid]);
  await pool.close();
});

test("a server that is killed leaves no process behind, busy or not", async () => {
  const module = new URL("../../src/image/mod.ts", import.meta.url).href;
  const avif = new URL("./heavy_avif.ts", import.meta.url).href;
  const script = `
    import { DEFAULT_IMAGE_LIMITS, openImageDecoder } from "${module}";
    import { heavyAvif } from "${avif}";
    const options = { processes: 2, seconds: 60, memoryBytes: 2 ** 32, limits: DEFAULT_IMAGE_LIMITS };
    const pool = await openImageDecoder(options);
    pool.decode(heavyAvif, { side: 8 });
    console.log("decoding");
  `;
  const file = await Deno.makeTempFile({ suffix: ".ts" });
  await Deno.writeTextFile(file, script);
  const config = new URL("../../deno.json", import.meta.url).pathname;
  const server = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--config", config, file],
    stdout: "piped",
  }).spawn();
  const output = server.stdout.getReader();
  await output.read();
  const pids = decoderProcesses(server.pid);
  assertEquals(pids.length, 2);
  await new Promise((next) => setTimeout(next, 100)); // into the decode
  server.kill("SIGKILL");
  await server.status;
  const killed = performance.now();
  await until(() => !pids.some(isDecoder));
  assert(performance.now() - killed < 3000, `${performance.now() - killed} ms`);
  await output.cancel();
  await Deno.remove(file);
});

test("while no process can start images are refused, and then taken again", async () => {
  let possible = true;
  const pool = await openImageDecoder(OPTIONS, (bounds) => {
    if (possible) return startDecoderProcess(bounds);
    return Promise.reject(new Error("Too many open files"));
  });
  possible = false;
  const [pid] = decoderProcesses();
  Deno.kill(pid, "SIGSTOP");
  const waiting = [1, 2].map(() =>
    assertRejects(() => pool.decode(tile, { side: 8 }), LookalikeError)
  );
  Deno.kill(pid, "SIGKILL");
  const refused = await Promise.all(waiting);
  refused.push(await assertRejects(() => pool.decode(tile, { side: 8 }), LookalikeError));
  for (const { code, message, retryAfter } of refused) {
    assertEquals([code, retryAfter], ["unavailable", 1]);
    assertMatch(message, /must start: Too many open files\.$/);
  }
  assertEquals(pool.stats().processes, 0);
  possible = true;
  await until(() => pool.stats().processes === 1);
  await pool.decode(tile, { side: 8 });
  await pool.close();
});

test("a decoder that cannot start says why", async () => {
  const error = await assertRejects(
    () =>
      openImageDecoder(
        { ...OPTIONS, memoryBytes: 0, processes: 2 },
        (bounds) => startDecoderProcess({ ...bounds, limits: undefined! }),
      ),
    LookalikeError,
  );
  assertEquals(error.code, "unavailable");
  assertMatch(
    error.message,
    /^Cannot decode images as a process for it must start: exit code 1: .+\.$/,
  );
  assertEquals(decoderProcesses(), []);
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((next) => setTimeout(next, 10));
}
