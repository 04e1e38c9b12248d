import { assert, assertEquals } from "@std/assert";
import { residentBytes } from "../../bench/serve/memory.ts";
import { createApi } from "../e2e/api.ts";
import { homeWithEncoders } from "../e2e/home.ts";
import { type Server, startServer } from "../e2e/server.ts";
import { gradient, picture } from "../image/pictures.ts";

const MEBIBYTE = 2 ** 20;

/** What lies beside the home, and must never be in an answer. */
const CANARY = "what lies beside the home is nobody's business";

/** What every server here is told: small limits are reached with little. */
const SETTINGS = {
  LOOKALIKE_MAX_BATCH: "4",
  LOOKALIKE_THREADS: "1",
  LOOKALIKE_DECODERS: "2",
  LOOKALIKE_DECODE_BYTES: String(512 * MEBIBYTE),
  LOOKALIKE_BODY_SECONDS: "2",
  LOOKALIKE_MAX_BODY_BYTES: String(16 * MEBIBYTE),
  LOOKALIKE_MAX_BODIES_BYTES: String(64 * MEBIBYTE),
};

/** A server that is attacked, with a collection `album` of the items `calm`, which
 * must stay as it is, and `target`. */
export interface Besieged extends AsyncDisposable {
  server: Server;
  url: string;
  /** The folder in which the home is, and a file that is none of it. */
  parent: string;
  /** A sound image, in base64. */
  image: string;
  /** Fails unless the server answers as at first, within its memory and without a fault in its log. */
  isWell(): Promise<void>;
}

/**
 * Starts a server that is to be attacked. TensorFlow must run.
 *
 * @param options Settings beside the usual; the key of its administrator, if it asks for one; and
 * what server and decoders may hold in memory together, in bytes, at any time.
 * @returns The server; disposing of it removes its home.
 */
export async function besiege(
  { settings = {}, key, mostBytes }: {
    settings?: Record<string, string>;
    key?: string;
    mostBytes: number;
  },
): Promise<Besieged> {
  const parent = await Deno.makeTempDir();
  const home = `${parent}/home`;
  await Deno.rename((await homeWithEncoders("tiny", { side: 16 })).home, home);
  await Deno.writeTextFile(`${parent}/canary`, CANARY);
  const server = await startServer({ ...SETTINGS, LOOKALIKE_HOME: home, ...settings });
  const api = createApi(server.url, key);
  const image = (await picture(gradient(16, 16)).jpeg().toBuffer()).toString("base64");
  await api.ok("PUT", "/v1/collections/album/items", {
    model: "tiny",
    items: [{ id: "calm", image, label: "sound", metadata: { a: 1 } }, { id: "target", image }],
  });
  const usual = async () => {
    const { data } = await api.ok("POST", "/v1/embeddings", { model: "tiny", input: image });
    const found = await api.ok("POST", "/v1/collections/album/search", {
      image,
      k: 1,
      filter: { field: "id", eq: "calm" },
    });
    return { embedding: data[0].embedding, found };
  };
  const before = await usual();
  const encoders = await namesIn(`${home}/encoders`);
  const memory = watchMemory(server.pid);
  return {
    server,
    url: server.url,
    parent,
    image,
    async isWell() {
      assertEquals(await usual(), before);
      const peak = await memory.peak();
      assert(peak < mostBytes, `it held ${Math.round(peak / MEBIBYTE)} MiB`);
      assertEquals(server.log().filter(({ level }) => level === "error"), []);
      assertEquals(await namesIn(parent), ["canary", "home"]);
      assertEquals(await Deno.readTextFile(`${parent}/canary`), CANARY);
      assertEquals(await namesIn(`${home}/encoders`), encoders);
    },
    async [Symbol.asyncDispose]() {
      memory.stop();
      await server[Symbol.asyncDispose]();
      await Deno.remove(parent, { recursive: true });
    },
  };
}

/** The most that a process and its children have held since, looked at every so often and when asked. */
function watchMemory(pid: number): { peak(): Promise<number>; stop(): void } {
  let peak = 0;
  const look = async () => {
    const bytes = await residentBytes(pid).catch(() => 0); // it has ended
    return peak = Math.max(peak, bytes);
  };
  const timer = setInterval(look, 50);
  return { peak: look, stop: () => clearInterval(timer) };
}

async function namesIn(folder: string): Promise<string[]> {
  const names = [];
  for await (const { name } of Deno.readDir(folder)) names.push(name);
  return names.sort();
}
