import { fileURLToPath } from "node:url";
import type { Answer, Question } from "./ask.ts";
import { run } from "./command.ts";
import type { Image } from "./image.ts";

const ASK = fileURLToPath(new URL("./ask.ts", import.meta.url));

/** A container that runs. */
export interface Running extends AsyncDisposable {
  /** Its first process, as this machine counts. */
  pid: number;
  /** Sends a request from inside its network. */
  ask(question: Question): Promise<Answer>;
  /** Sends half of a request; `finish` sends the rest. */
  askHalf(question: Question): Promise<{ finish(): Promise<Answer> }>;
  /** Runs a program in it, as its user. */
  execute(
    args: string[],
    settings?: Record<string, string>,
  ): Promise<{ code: number; text: string }>;
  /** Sends the signal that stops it. */
  stop(): Promise<void>;
  /** The exit code, once it has ended. */
  ended: Promise<number>;
  /** What it has written so far. */
  output(): string;
}

/**
 * Runs an image as a careful operator would: no capability, no new privileges, a root that cannot be
 * written, a network that leads nowhere; a volume, `/tmp` in memory, and a folder of secrets.
 *
 * @param image The image.
 * @param options The folder that is its volume, that of its secrets, and variables besides its own.
 * @returns The container, once it has a process; disposing of it kills it.
 */
export async function runContainer(
  image: Image,
  options: { volume: string; secrets: string; settings: Record<string, string> },
): Promise<Running> {
  const bundle = await Deno.makeTempDir();
  const id = `lookalike-${bundle.slice(-8)}`;
  await run("runc", ["spec", "--bundle", bundle]);
  const path = `${bundle}/config.json`;
  const spec = containerSpec(JSON.parse(await Deno.readTextFile(path)), { image, ...options });
  await Deno.writeTextFile(path, JSON.stringify(spec));

  const child = new Deno.Command("runc", {
    args: ["run", "--bundle", bundle, id],
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  let output = "";
  const reading = [child.stdout, child.stderr].map(async (stream) => {
    for await (const text of stream.pipeThrough(new TextDecoderStream())) output += text;
  });
  const ended = child.status.then(async ({ code }) => {
    await Promise.all(reading);
    return code;
  });
  const pid = await firstProcess(id, () => output);
  const asking = (question: Question) =>
    new Deno.Command("nsenter", {
      args: [
        `--net=/proc/${pid}/ns/net`,
        Deno.execPath(),
        "run",
        "-A",
        ASK,
        JSON.stringify(question),
      ],
      stdin: "piped",
      stdout: "piped",
      stderr: "null",
    }).spawn();
  return {
    pid,
    ended,
    output: () => output,
    async ask(question) {
      const client = asking(question);
      await client.stdin.close();
      return answerIn(new TextDecoder().decode((await client.output()).stdout));
    },
    async askHalf(question) {
      const client = asking({ ...question, pauses: true });
      const lines = client.stdout.pipeThrough(new TextDecoderStream()).getReader();
      for (let said = ""; !said.includes("half sent");) {
        const { value, done } = await lines.read();
        if (done) throw new Error("The request ended before half of it was sent.");
        said += value;
      }
      return {
        async finish() {
          await client.stdin.close();
          let rest = "";
          for (let read; !(read = await lines.read()).done;) rest += read.value;
          await client.status;
          return answerIn(rest);
        },
      };
    },
    async execute(args, settings = {}) {
      const variables = Object.entries(settings).flatMap(([name, value]) => [
        "--env",
        `${name}=${value}`,
      ]);
      const command = new Deno.Command("runc", { args: ["exec", ...variables, id, ...args] });
      const { code, stdout, stderr } = await command.output();
      const text = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes)).join("");
      return { code, text: text.trimEnd() };
    },
    stop: async () => void await run("runc", ["kill", id, image.config.StopSignal]),
    async [Symbol.asyncDispose]() {
      await run("runc", ["delete", "--force", id]);
      await ended;
      await Deno.remove(bundle, { recursive: true });
    },
  };
}

/** runc's own specification of a container, with what the image says and what the operator allows. */
function containerSpec(
  // deno-lint-ignore no-explicit-any -- OCI's runtime specification, of which we touch little
  spec: any,
  { image, volume, secrets, settings }: {
    image: Image;
    volume: string;
    secrets: string;
    settings: Record<string, string>;
  },
): unknown {
  const { config, root } = image;
  const [uid, gid] = config.User.split(":").map(Number);
  const sets = ["bounding", "effective", "inheritable", "permitted", "ambient"];
  const { rlimits: _, ...process } = spec.process;
  const bind = (destination: string, source: string, mode: string) => ({
    destination,
    source,
    type: "bind",
    options: ["bind", "nosuid", "nodev", mode],
  });
  return {
    ...spec,
    root: { path: root, readonly: true },
    process: {
      ...process,
      terminal: false,
      user: { uid, gid },
      args: config.Entrypoint,
      env: [...config.Env, ...Object.entries(settings).map((pair) => pair.join("="))],
      cwd: config.WorkingDir,
      capabilities: Object.fromEntries(sets.map((set) => [set, []])),
      noNewPrivileges: true,
    },
    mounts: [
      ...spec.mounts,
      {
        destination: "/tmp",
        source: "tmpfs",
        type: "tmpfs",
        options: ["nosuid", "nodev", "mode=1777", "size=256m"],
      },
      ...Object.keys(config.Volumes).map((destination) => bind(destination, volume, "rw")),
      bind("/run/secrets", secrets, "ro"),
    ],
  };
}

async function firstProcess(id: string, output: () => string): Promise<number> {
  for (let tries = 0; tries < 100; tries++) {
    const state = await run("runc", ["state", id]).then(JSON.parse, () => ({}));
    if (state.status === "running") return state.pid;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`The container did not start: ${output()}`);
}

function answerIn(text: string): Answer {
  return text === "" ? { status: 0, body: "" } : JSON.parse(text.trim().split("\n").at(-1)!);
}
