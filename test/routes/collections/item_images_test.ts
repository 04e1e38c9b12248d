import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import sharp from "sharp";
import { contentDisposition } from "../../../routes/collections/file_answer.ts";
import { picture } from "../pictures.ts";
import { startService, type TestService } from "../service.ts";

const ID = "train/red & black.JPG";
const ITEM = `/v1/collections/pictures/items/${encodeURIComponent(ID)}`;

/** A photograph's worth of noise, 300 × 200, in a format. */
async function noise(
  format: "jpeg" | "png" | "webp" | "gif" | "tiff" | "avif",
): Promise<Uint8Array> {
  const raw = { width: 300, height: 200, channels: 3 as const };
  const pixels = new Uint8Array(300 * 200 * 3).map((_, at) => (at * at) % 251);
  return new Uint8Array(await sharp(pixels, { raw }).toFormat(format).toBuffer());
}

async function add({ json }: TestService, file: Uint8Array, settings: object = {}) {
  await json("POST", "/v1/collections", { name: "pictures", model: "colours", ...settings });
  const items = [{ id: ID, image: file.toBase64() }];
  assertEquals((await json("PUT", "/v1/collections/pictures/items", { items })).status, 200);
}

Deno.test("item images: byte by byte as they were sent, and told to be harmless", async () => {
  await using service = await startService();
  const file = await noise("jpeg");
  await add(service, file);
  const answer = await service.ask(`${ITEM}/image`);
  assertEquals(await answer.bytes(), file as Uint8Array<ArrayBuffer>);
  const { body } = await service.json("GET", ITEM);
  assertEquals(body.image, {
    type: "image/jpeg",
    bytes: file.length,
    sha256: new Uint8Array(await crypto.subtle.digest("SHA-256", file as Uint8Array<ArrayBuffer>))
      .toHex(),
  });
  assertEquals(
    [
      "Content-Type",
      "ETag",
      "Cache-Control",
      "Content-Security-Policy",
      "X-Content-Type-Options",
      "Content-Disposition",
    ].map((name) => answer.headers.get(name)),
    [
      "image/jpeg",
      `"${body.image.sha256}"`,
      "private, no-cache",
      "sandbox; default-src 'none'",
      "nosniff",
      `inline; filename="red___black.JPG"; filename*=UTF-8''red%20%26%20black.JPG`,
    ],
  );
});

Deno.test("item images: the type is that of the bytes, whatever the request said", async () => {
  await using service = await startService();
  for (const format of ["jpeg", "png", "webp", "gif", "tiff", "avif"] as const) {
    const file = await noise(format);
    const image = `data:text/html;base64,${file.toBase64()}`;
    const items = [{ id: "x.html", image }];
    const put = await service.json("PUT", "/v1/collections/c/items", { model: "colours", items });
    assertEquals(put.status, 200);
    const answer = await service.ask("/v1/collections/c/items/x.html/image");
    assertEquals(answer.headers.get("Content-Type"), `image/${format}`);
    assertEquals(await answer.bytes(), file as Uint8Array<ArrayBuffer>);
  }
});

Deno.test("item images: a thumbnail is small, WebP and upright", async () => {
  await using service = await startService();
  const turned = await sharp(await noise("jpeg")).withMetadata({ orientation: 6 }).toBuffer();
  await add(service, new Uint8Array(turned), { images: "thumbnail" });
  const answer = await service.ask(`${ITEM}/thumbnail`);
  const { format, width, height } = await sharp(await answer.bytes()).metadata();
  assertEquals([format, width, height], ["webp", 171, 256]);
  assertEquals(answer.headers.get("Content-Type"), "image/webp");
  assertMatch(String(answer.headers.get("Content-Disposition")), /filename="red___black.JPG.webp"/);
  const { status, body } = await service.json("GET", `${ITEM}/image`); // only thumbnails are kept
  assertEquals([status, body.error.code], [404, "not_found"]);
});

Deno.test("item images: who has one is not sent it again, until it is another", async () => {
  await using service = await startService();
  await add(service, await picture([1, 2, 3]));
  for (const kind of ["image", "thumbnail"]) {
    const ask = async (headers: HeadersInit = {}) => {
      const answer = await service.ask(`${ITEM}/${kind}`, { headers });
      await answer.body?.cancel();
      return [answer.status, String(answer.headers.get("ETag"))] as const;
    };
    const [, tag] = await ask();
    for (const same of [tag, `W/${tag}`, `"x", ${tag}`, "*"]) {
      assertEquals(await ask({ "If-None-Match": same }), [304, tag], same);
    }
    assertEquals(await ask({ "If-None-Match": '"x"' }), [200, tag]);
    await add(service, await picture([kind.length, 9, 9]));
    const [status, changed] = await ask({ "If-None-Match": tag });
    assertEquals(status, 200);
    assertNotEquals(changed, tag);
  }
});

Deno.test("item images: 404 where none is kept, and a damaged file is not served", async () => {
  await using service = await startService();
  const status = async (address: string) => (await service.json("GET", address)).status;
  await add(service, await picture([1, 2, 3]), { images: "none" });
  assertEquals([await status(`${ITEM}/image`), await status(`${ITEM}/thumbnail`)], [404, 404]);
  const vector = { items: [{ id: "v", vector: [1, 2] }] };
  await service.json("PUT", "/v1/collections/own/items", vector);
  for (const at of ["own/items/v", "own/items/none", "none/items/v"]) {
    assertEquals(await status(`/v1/collections/${at}/image`), 404);
    assertEquals(await status(`/v1/collections/${at}/thumbnail`), 404);
  }
  const items = [{ id: "a", image: (await picture([4, 5, 6])).toBase64() }];
  await service.json("PUT", "/v1/collections/kept/items", { model: "colours", items });
  let files = 0;
  for (const path of filesUnder(service.home)) {
    if (!path.startsWith(`${service.home}/images/`)) continue;
    await Deno.writeTextFile(path, "something else");
    files++;
  }
  assertEquals(files, 1);
  const { status: damaged, body } = await service.json("GET", "/v1/collections/kept/items/a/image");
  assertEquals([damaged, body.error.code], [500, "damaged"]);
});

function* filesUnder(folder: string): Generator<string> {
  for (const { name, isDirectory } of Deno.readDirSync(folder)) {
    const path = `${folder}/${name}`;
    if (isDirectory) yield* filesUnder(path);
    else yield path;
  }
}

Deno.test("item images: a file's name cannot break out of its header", () => {
  const names = ['a"; filename=b.exe', 'a\\"b', "x/y/z", "…/ü*'()", "a/", "%0d%0aX: y", "shell.sh"];
  assertEquals(names.map((name) => contentDisposition(name, "image/png")), [
    `inline; filename="a___filename_b.exe.png"; filename*=UTF-8''a%22%3B%20filename%3Db.exe.png`,
    `inline; filename="a__b.png"; filename*=UTF-8''a%5C%22b.png`,
    `inline; filename="z.png"; filename*=UTF-8''z.png`,
    `inline; filename="_____.png"; filename*=UTF-8''%C3%BC%2A%27%28%29.png`,
    `inline; filename="image.png"; filename*=UTF-8''image.png`,
    `inline; filename="_0d_0aX__y.png"; filename*=UTF-8''%250d%250aX%3A%20y.png`,
    `inline; filename="shell.sh.png"; filename*=UTF-8''shell.sh.png`,
  ]);
});
