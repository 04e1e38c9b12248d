import { assert, assertEquals, assertNotMatch } from "@std/assert";
import { startTensorFlow } from "../../src/tensorflow/mod.ts";
import { imageFormat } from "../../src/image/mod.ts";
import { type HostileImage, hostileImages } from "../image/hostile.ts";
import { createGate } from "../../src/gate.ts";
import { besiege, type Besieged } from "./besieged.ts";

await startTensorFlow({ device: "cpu" }); // it draws the encoders' weights

/** Two decoders of at most 512 MiB each, and a server of some 500. */
const MOST_BYTES = 1700 * 2 ** 20;

/** The statuses by what may come of an image. */
const STATUSES = { decoded: 200, unsupported_image: 400, damaged: 400, too_large: 413 };

/** Those that are two files in one, of which one is a sound image: what browsers are told they are. */
const SOUND_POLYGLOTS = {
  "JPEG and HTML": "image/jpeg",
  "PNG and ZIP": "image/png",
  "WebP and PDF": "image/webp",
};

/** The ways by which an image gets in. */
const WAYS: Record<
  string,
  (image: HostileImage) => [method: string, path: string, body: BodyInit]
> = {
  embeddings: ({ bytes }) => [
    "POST",
    "/v1/embeddings",
    JSON.stringify({ model: "tiny", input: bytes.toBase64() }),
  ],
  form: ({ bytes }) => {
    const form = new FormData();
    form.set("model", "tiny");
    form.set("input", new Blob([bytes]), "../../../../etc/passwd\r\nX: y.php");
    return ["POST", "/v1/embeddings", form];
  },
  upsert: ({ name, bytes }) => [
    "PUT",
    "/v1/collections/hostile/items",
    JSON.stringify({ model: "tiny", items: [{ id: name, image: bytes.toBase64() }] }),
  ],
  search: ({ bytes }) => [
    "POST",
    "/v1/collections/album/search",
    JSON.stringify({ image: `data:image/png;base64,${bytes.toBase64()}`, k: 1 }),
  ],
};

Deno.test("hostile images: each is refused or decoded, whatever way it comes, and all go on", async () => {
  await using besieged = await besiege({ mostBytes: MOST_BYTES });
  const images = await hostileImages();
  const kept = new Set<string>();
  for (const [way, request] of Object.entries(WAYS)) {
    const gate = createGate(4);
    await Promise.all(images.map((image) =>
      gate(async () => {
        const [method, path, body] = request(image);
        const headers: HeadersInit = typeof body === "string"
          ? { "Content-Type": "application/json" }
          : {};
        const response = await fetch(`${besieged.url}${path}`, { method, headers, body });
        const text = await response.text();
        const expected = image.outcomes.map((outcome) => STATUSES[outcome]);
        // One that takes too much of a decoder is refused, though it may be sound.
        const mayBe = expected.includes(200) ? [...expected, 400] : expected;
        const what = `${image.name} by ${way}: ${response.status} ${text.slice(0, 200)}`;
        assert(mayBe.includes(response.status), what);
        if (response.status !== 200) assert(JSON.parse(text).error.param, what);
        if (way === "upsert" && response.status === 200) kept.add(image.name);
      })
    ));
  }
  for (const image of images) if (kept.has(image.name)) await isServedHarmlessly(besieged, image);
  for (const name of Object.keys(SOUND_POLYGLOTS)) assert(kept.has(name), name);
  await besieged.isWell();
  const log = JSON.stringify(besieged.server.log());
  assertNotMatch(log, /base64|[A-Za-z0-9+/]{64}|passwd|alert/); // nothing of an image
});

/** The original comes back as it was, as the image that it is, and a browser runs nothing in it. */
async function isServedHarmlessly({ url }: Besieged, { name, bytes }: HostileImage) {
  const path = `${url}/v1/collections/hostile/items/${encodeURIComponent(name)}`;
  const original = await fetch(`${path}/image`);
  assertEquals(await original.bytes(), bytes, name);
  const { headers } = original;
  const type = headers.get("Content-Type");
  assertEquals(type, `image/${imageFormat(bytes)}`, name);
  const sound = SOUND_POLYGLOTS[name as keyof typeof SOUND_POLYGLOTS];
  if (sound !== undefined) assertEquals(type, sound);
  const thumbnail = await fetch(`${path}/thumbnail`);
  await thumbnail.body?.cancel();
  assertEquals(thumbnail.headers.get("Content-Type"), "image/webp");
  for (const told of [headers, thumbnail.headers]) {
    assertEquals(told.get("X-Content-Type-Options"), "nosniff");
    assertEquals(told.get("Content-Security-Policy"), "sandbox; default-src 'none'");
    assert(/^inline; filename="[\w.-]+"; filename\*=UTF-8''[\w.%~!-]+$/.test(
      told.get("Content-Disposition")!,
    ));
  }
}
