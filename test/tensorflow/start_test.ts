import { assert, assertAlmostEquals, assertEquals, assertMatch } from "@std/assert";
import { fileURLToPath } from "node:url";
import { startTensorFlow, tf } from "../../src/tensorflow/mod.ts";

const config = fileURLToPath(new URL("../../deno.json", import.meta.url));
const room = new URL("../../src/tensorflow/mod.ts", import.meta.url).href;

/** Runs a program in a process of its own, as TensorFlow starts once in each. */
async function run(program: string): Promise<{ code: number; stdout: string; stderr: string }> {
  const prelude = `import { startTensorFlow, tf, uint8Tensor } from ${JSON.stringify(room)};
    const attempt = (start) => start().catch(({ name, code, message }) => ({ name, code, message }));
    const say = (value) => console.log(JSON.stringify(value));\n`;
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["eval", "--config", config, "--no-check", prelude + program],
    env: { NO_COLOR: "1" },
  }).output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  return { code, stdout: text(stdout), stderr: text(stderr) };
}

Deno.test("a process that starts TensorFlow and does nothing exits well and says nothing", async () => {
  assertEquals(await run("await startTensorFlow({ device: 'cpu' });"), {
    code: 0,
    stdout: "",
    stderr: "",
  });
});

Deno.test("a missing library is a sentence, after which a start may succeed, once", async () => {
  const folder = await Deno.makeTempDir();
  const { code, stdout, stderr } = await run(`
    const early = await attempt(async () => uint8Tensor(Uint8Array.of(1), [1]));
    const missing = await attempt(() =>
      startTensorFlow({ device: "cpu", libraryFolder: ${JSON.stringify(folder)} }));
    const both = await Promise.all([
      startTensorFlow({ device: "cpu", threads: 1, precision: "bfloat16" }),
      startTensorFlow({ device: "auto" }),
    ]);
    const again = await startTensorFlow();
    const other = await attempt(() => startTensorFlow({ device: "cuda" }));
    const { device, deviceName, threads, precision } = again;
    const same = both.every((runtime) => runtime === again);
    const three = (await tf.add(1, 2).data())[0];
    say({ early, missing, same, other, device, deviceName, threads, precision, three });
  `);
  await Deno.remove(folder);
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  const { early, missing, other, ...said } = JSON.parse(stdout);
  assertEquals(early.code, "unavailable");
  assertEquals([missing.name, missing.code], ["LookalikeError", "not_installed"]);
  assert(missing.message.includes(folder) && missing.message.includes("deno task setup"));
  assertEquals(other, {
    name: "LookalikeError",
    code: "conflict",
    message: "Cannot start TensorFlow on cuda as it runs on cpu in this process already.",
  });
  const deviceName = "/job:localhost/replica:0/task:0/device:CPU:0";
  assertEquals(said, {
    same: true,
    device: "cpu",
    deviceName,
    threads: 1,
    precision: "bfloat16",
    three: 3,
  });
});

Deno.test("asking for CUDA gives CUDA or an error that says what is missing, never the CPU", async () => {
  const { code, stdout, stderr } = await run(
    `say(await attempt(() => startTensorFlow({ device: "cuda" })));`,
  );
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  const outcome = JSON.parse(stdout);
  if (outcome.device !== undefined) return assertEquals(outcome.device, "cuda");
  assertEquals(outcome.name, "LookalikeError");
  assert(["not_installed", "device_unavailable"].includes(outcome.code), stdout);
  assertMatch(outcome.message, /deno task setup --device cuda|nvidia-smi/);
});

Deno.test({
  name: "as many threads share an operation as were asked for",
  ignore: Deno.build.os !== "linux", // only there can the threads of a process be listed
  async fn() {
    const threadsOf = async (threads: number) => {
      const { stdout } = await run(`
        await startTensorFlow({ device: "cpu", threads: ${threads} });
        await tf.matMul(tf.ones([256, 256]), tf.ones([256, 256])).data();
        const nameOf = (task) => Deno.readTextFileSync("/proc/self/task/" + task + "/comm");
        // TensorFlow's pool goes by the name of the main thread, which starts it; Deno's have others
        const names = [...Deno.readDirSync("/proc/self/task")].map(({ name }) => nameOf(name));
        say(names.filter((name) => name === nameOf(Deno.pid)).length);
      `);
      return JSON.parse(stdout);
    };
    // One more or less may be about to begin or to be renamed
    assertAlmostEquals(await threadsOf(12) - await threadsOf(2), 10, 1);
  },
});

Deno.test("a runtime says its version, and the precision that auto finds faster", async () => {
  const runtime = await startTensorFlow({ device: "cpu", precision: "auto" });
  assertMatch(runtime.version, /^2\.\d+\.\d+/);
  assert(["float32", "bfloat16"].includes(runtime.precision), runtime.precision);
  assertEquals(tf.getBackend(), "tensorflow");
});

// In a process of its own: here a later tensor may lie where an earlier test's was, and add nothing.
Deno.test("memory counts what is held on both sides", async () => {
  const { code, stdout, stderr } = await run(`
    const runtime = await startTensorFlow({ device: "cpu" });
    const before = runtime.memory();
    const here = tf.tensor1d([1, 2]); // sent to TensorFlow only when an op wants it
    const there = tf.fill([2 ** 25], 1); // 128 MiB, made by TensorFlow
    const held = runtime.memory();
    tf.dispose([here, there]);
    say([before, held, runtime.memory()]);
  `);
  assertEquals({ code, stderr }, { code: 0, stderr: "" });
  const [before, held, after] = JSON.parse(stdout);
  assertEquals([held.tensors - before.tensors, held.handles - before.handles], [2, 1]);
  assert(held.bytes - before.bytes > 2 ** 26, `${held.bytes - before.bytes} more bytes`);
  assertEquals([after.tensors, after.handles], [before.tensors, before.handles]);
});
