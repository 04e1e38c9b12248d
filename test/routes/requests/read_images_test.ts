import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { LookalikeError } from "../../../src/errors.ts";
import type { ImageFetcher } from "../../../src/image/fetch_image.ts";
import { imageInput } from "../../../routes/requests/image_input.ts";
import { readImages } from "../../../routes/requests/read_images.ts";

const { signal } = new AbortController();
const addresses = (count: number) =>
  Array.from({ length: count }, (_, at) => new URL(`https://images.example/${at}`));
const later = () => new Promise((resolve) => setTimeout(resolve, 2));

/** What a field must be, or what was made of it. */
function parsed(text: string): unknown {
  const { data, error } = imageInput.safeParse(text);
  return error ? error.issues[0].message : data instanceof URL ? data.href : data;
}

Deno.test("image input: the same bytes in base64 and as a data: URI", () => {
  const claims = fc.constantFrom("data:image/png;base64,", "DATA:;base64,", "data:a;b=c;base64,");
  fc.assert(fc.property(fc.uint8Array(), claims, (bytes, claim) => {
    assertEquals(parsed(bytes.toBase64()), Uint8Array.from(bytes));
    assertEquals(parsed(claim + bytes.toBase64()), Uint8Array.from(bytes));
  }));
});

Deno.test("image input: any address is read as one, whatever can be said of it later", () => {
  assertEquals(parsed("HTTPS://Images.Example/a b?c#d"), "https://images.example/a%20b?c#d");
  assertEquals(parsed("http://images.example"), "http://images.example/");
  assertEquals(parsed("https://"), "must be an address that can be read: it cannot");
  const long = `https://images.example/${"a".repeat(2026)}`;
  assertEquals(parsed(long), "must be an address of at most 2048 characters: it has 2049");
  for (const text of ["$", "data:image/png,abc", "data:image/png;base64,$", "images.example/a"]) {
    assert(String(parsed(text)).startsWith("must "), text);
  }
});

Deno.test("read images: files as they are, those at addresses in their places", async () => {
  const fetchImage: ImageFetcher = async ({ pathname }) => {
    await later();
    return Uint8Array.of(Number(pathname.slice(1)));
  };
  const [zero, one] = addresses(2);
  const image = Uint8Array.of(9);
  assertEquals(
    await readImages([one, image, zero], { fetchImage, signal }),
    [Uint8Array.of(1), image, Uint8Array.of(0)],
  );
  assertEquals(await readImages([image], { fetchImage: null, signal }), [image]);
  const { code, param, message } = await assertRejects(
    () => readImages([image, zero], { fetchImage: null, fieldOf: (at) => `of[${at}]`, signal }),
    LookalikeError,
  );
  assertEquals([code, param], ["invalid_input", "of[1]"]);
  assert(message.includes("fetches none"), message);
});

Deno.test("read images: a few at a time, and none after the first that fails", async () => {
  let inside = 0;
  let most = 0;
  const asked: string[] = [];
  const stopped: string[] = [];
  const fetchImage: ImageFetcher = async ({ pathname }, { signal }) => {
    if (signal.aborted) throw new LookalikeError("interrupted", "Cannot go on.");
    asked.push(pathname);
    signal.addEventListener("abort", () => stopped.push(pathname));
    most = Math.max(most, ++inside);
    await later();
    inside--;
    if (pathname === "/5") throw new LookalikeError("overloaded", "Cannot.", { retryAfter: 7 });
    return new Uint8Array();
  };
  await readImages(addresses(5), { fetchImage, signal });
  assertEquals([most, asked.length], [4, 5]);
  asked.splice(0);
  const { code, param, retryAfter } = await assertRejects(
    () => readImages(addresses(100), { fetchImage, signal }),
    LookalikeError,
  );
  assertEquals([code, param, retryAfter], ["overloaded", "input[5]", 7]);
  await later();
  assert(asked.length < 12 && stopped.length > 0, `${asked.length} ${stopped.length}`);
});

Deno.test("read images: who leaves ends all fetches, and what arrives is counted", async () => {
  const caller = new AbortController();
  let held = 0;
  const fetchImage: ImageFetcher = async (_, { signal, hold }) => {
    hold?.(10);
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    throw new LookalikeError("interrupted", "Cannot go on.");
  };
  const read = readImages(addresses(3), {
    fetchImage,
    signal: caller.signal,
    hold: (bytes) => held += bytes,
  });
  caller.abort();
  assertEquals((await assertRejects(() => read, LookalikeError)).code, "interrupted");
  assertEquals(held, 30);
});
