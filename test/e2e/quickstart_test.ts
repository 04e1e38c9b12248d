import { assert, assertEquals } from "@std/assert";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { drawShape } from "../../train/dataset/mod.ts";
import { encodePng } from "../../train/pictures/contact_sheet.ts";

const CLI = fileURLToPath(new URL("../../train/cli.ts", import.meta.url));
const SIDE = 40;

/** A folder as a user has it: classes, images of another size than the network's, a broken file. */
async function makePictures(folder: string): Promise<void> {
  for (const shape of ["circle", "cross", "star"]) {
    await Deno.mkdir(join(folder, shape), { recursive: true });
    for (let index = 0; index < 16; index++) {
      const pixels = drawShape({ shape, split: "train", index, seed: 0, side: SIDE });
      const png = await encodePng(pixels, { width: SIDE, height: SIDE });
      await Deno.writeFile(join(folder, shape, `${index}.png`), png);
    }
  }
  await Deno.writeTextFile(join(folder, "star", "broken.png"), "not a picture");
}

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return (listener.addr as Deno.NetAddr).port;
}

Deno.test("quickstart leads from a folder to a server that answers the calls it prints", async () => {
  const home = await Deno.makeTempDir();
  const pictures = join(home, "pictures");
  await makePictures(pictures);
  const port = String(freePort());
  const args = ["quickstart", "--data", pictures, "--minutes", "0", "--port", port];
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", CLI, ...args, "--device", "cpu"],
    env: { LOOKALIKE_HOME: join(home, "data") },
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const errors = new Response(child.stderr).text();
  let said = "";
  let isAnswered = false;
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    said += text;
    if (isAnswered || !said.includes("Ctrl-C ends it")) continue;
    isAnswered = true;
    await tryCalls(said);
    child.kill("SIGINT");
  }
  const { code } = await child.status;
  assertEquals((await errors).trim(), "Stopping; ctrl-C again stops at once.");
  assertEquals(code, 0);
  for (
    const part of [
      "encoder  ",
      "untrained  ",
      "raw pixels  ",
      "1 file was skipped",
      "neighbours.png",
    ]
  ) {
    assert(said.includes(part), `it did not say ${part}: ${said}`);
  }
  await Deno.remove(home, { recursive: true });
});

/** The calls as they are printed, made by curl's own rules. */
async function tryCalls(said: string): Promise<void> {
  const [, embeddings, model, path] = said.match(/curl -s (\S+) -F model=(\S+) -F input=@(\S+)/)!;
  const form = new FormData();
  form.set("model", model);
  form.set("input", new Blob([await Deno.readFile(path)]), "example.png");
  const embedded = await (await fetch(embeddings, { method: "POST", body: form })).json();
  assertEquals(embedded.data[0].embedding.length, 128);

  const [, search, body] = said.match(/curl -s (\S+) --json '(.*)'/)!;
  const headers = { "content-type": "application/json" };
  const found = await (await fetch(search, { method: "POST", headers, body })).json();
  assertEquals(found.data.length, Math.min(5, JSON.parse(body).k));
  assert(["circle", "cross", "star"].includes(found.data[0].metadata.class));

  const [, page] = said.match(/page: (\S+)/)!;
  const docs = await fetch(page);
  assertEquals(docs.status, 200);
  assert((await docs.text()).includes("swagger"));
}
