import { assert, assertEquals, assertThrows } from "@std/assert";
import { z } from "@hono/zod-openapi";
import fc from "fast-check";
import { Hono } from "hono";
import { LookalikeError } from "../../src/errors.ts";
import { boundedList } from "../../routes/requests/bounded.ts";
import { clientHas, contentDisposition } from "../../routes/collections/file_answer.ts";
import { itemInput } from "../../routes/collections/item_schema.ts";
import { jsonFault } from "../../routes/collections/json_fault.ts";
import {
  afterParameter,
  flagParameter,
  numberParameter,
  wholeParameter,
} from "../../routes/collections/query_parameters.ts";
import { itemId } from "../../routes/collections/schemas.ts";
import { searchSchema } from "../../routes/collections/search_schema.ts";
import { gatherBytes } from "../../src/gathered_bytes.ts";
import { imageInput } from "../../routes/requests/image_input.ts";
import { invalidRequest } from "../../routes/requests/invalid_request.ts";
import { checkParts } from "../../routes/edge/structure.ts";

const LIMITS = {
  maxBodyBytes: 1e6,
  maxBodiesBytes: 1e6,
  bodySeconds: 1,
  requestSeconds: 1,
  maxImages: 8,
  maxResults: 100,
};

/** Texts of all kinds: controls, halves of characters, digits, and what stands in addresses. */
const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.string({
    unit: fc.constantFrom("\0", "\r", "\n", '"', "/", ".", "\ud800", "é", "1", "-", "e"),
  }),
);
/** JSON as it arrives, with names that every object inherits among its fields. */
const anyJson = fc.oneof(
  fc.jsonValue({ maxDepth: 4 }),
  fc.dictionary(
    fc.constantFrom(
      "id",
      "image",
      "vector",
      "label",
      "metadata",
      "k",
      "filter",
      "mean",
      "toString",
    ),
    fc.jsonValue({ maxDepth: 3 }),
  ),
).map((value) => JSON.parse(JSON.stringify(value).replaceAll('"toString"', '"__proto__"')));

Deno.test("hostile parsers: gathered bytes are the pieces', one after the other, whatever becomes of those", () => {
  fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: 40 })), (pieces) => {
    const bytes = gatherBytes();
    const expected = pieces.flatMap((piece) => [...piece]);
    for (const piece of pieces) {
      bytes.add(piece);
      piece.fill(0); // its buffer serves for the next
    }
    assertEquals([...bytes.take()], expected);
    assertEquals(bytes.take().length, 0);
  }));
});

Deno.test("hostile parsers: a request that is refused gets a sentence of a decent length", () => {
  const schemas: z.ZodType[] = [
    itemInput,
    searchSchema(LIMITS),
    z.strictObject({ items: boundedList(itemInput, { max: 4 }) }),
  ];
  const given = fc.oneof(anyJson, anyJson.map((item) => ({ items: [item] })));
  fc.assert(fc.property(fc.constantFrom(...schemas), given, (schema, value) => {
    const parsed = schema.safeParse(value);
    if (parsed.success) return;
    const { code, message, param } = invalidRequest(parsed.error);
    assertEquals(code, "invalid_input");
    assert(/^Cannot take [^]+\.$/.test(message) && message.length < 1000, message);
    assert(!/undefined|\[object|NaN/.test(message), message);
    assert(
      param === undefined || message.startsWith(`Cannot take ${param}`),
      `${param}: ${message}`,
    );
  }));
});

Deno.test("hostile parsers: base64 and data: URIs of it give the bytes, whatever type they claim", () => {
  const type = fc.constantFrom(
    "",
    "image/png",
    "text/html",
    "image/svg+xml;charset=utf-8",
    "x".repeat(150),
  );
  fc.assert(fc.property(fc.uint8Array(), type, (bytes, type) => {
    const base64 = bytes.toBase64();
    for (const text of [base64, `data:${type};base64,${base64}`, `DATA:${type};BASE64,${base64}`]) {
      assertEquals(imageInput.parse(text), bytes);
    }
    assert(!imageInput.safeParse(`data:${type},${base64}`).success);
  }));
});

Deno.test("hostile parsers: any text is an image's bytes, an address or refused", () => {
  const starts = fc.constantFrom(
    "",
    "data:",
    "data:image/png;base64,",
    "https://",
    "javascript://",
    "//",
  );
  fc.assert(fc.property(starts, anyText, (start, rest) => {
    const parsed = imageInput.safeParse(start + rest);
    if (parsed.success) {
      return assert(parsed.data instanceof Uint8Array || parsed.data instanceof URL);
    }
    const { message } = invalidRequest(parsed.error);
    assert(message.length < 300, message); // no echo of what was sent
  }));
});

Deno.test("hostile parsers: a form has no more parts than were counted before it was parsed", async () => {
  const content = fc.constantFrom(
    "",
    "x",
    "--",
    "\r\n",
    "--c\r\n",
    "\r\n--b",
    "--b--",
    "--b\r\n\r\n",
  );
  const written = fc.array(content, { maxLength: 12 }).map((contents) =>
    contents.map((content, at) =>
      `--b\r\nContent-Disposition: form-data; name="f${at}"\r\n\r\n${content}\r\n`
    ).join("") + "--b--\r\n"
  );
  await fc.assert(fc.asyncProperty(written, async (text) => {
    const type = "multipart/form-data; boundary=b";
    const body = new TextEncoder().encode(text);
    const headers = { "Content-Type": type };
    const form = await new Response(body, { headers }).formData().catch(() => null);
    const parts = form === null ? 0 : [...form].length;
    if (parts === 0) return;
    assertThrows(() => checkParts(body, { type, most: parts - 1 }), LookalikeError);
    const delimiters = text.split("--b").length - 1;
    checkParts(body, { type, most: delimiters - 1 }); // no more are counted than there might be
  }));
});

Deno.test("hostile parsers: parameters of an address are within their bounds or refused", () => {
  const numeric = fc.oneof(
    anyText,
    fc.string({ unit: fc.constantFrom(..."0123456789-+.eExX _n") }),
    fc.integer().map(String),
    fc.double().map(String),
  );
  fc.assert(fc.property(numeric, (text) => {
    const whole = wholeParameter({ min: 1, max: 500, unlessGiven: 7 }).safeParse(text);
    assertEquals(whole.success, /^\d{1,9}$/.test(text) && +text >= 1 && +text <= 500);
    if (whole.success) assert(Number.isInteger(whole.data));
    const number = numberParameter.safeParse(text);
    if (number.success) assert(Number.isFinite(number.data) && text.trim() !== "");
    const after = afterParameter.safeParse(text);
    if (after.success) assert(Number.isSafeInteger(Number(text)) && String(Number(text)) === text);
    assertEquals(flagParameter.safeParse(text).success, text === "true" || text === "false");
  }));
});

Deno.test("hostile parsers: an id that is taken comes back whole from an address", () => {
  fc.assert(fc.property(anyText, (text) => {
    if (!itemId.safeParse(text).success) return;
    const { pathname } = new URL(`http://localhost/items/${encodeURIComponent(text)}/image`);
    assertEquals(pathname.split("/").length, 4);
    assertEquals(decodeURIComponent(pathname.split("/")[2]), text);
  }));
});

Deno.test("hostile parsers: only an entity tag that is the file's spares the file", async () => {
  const sha256 = "ab".repeat(32);
  const tag = fc.oneof(
    fc.constantFrom(
      `"${sha256}"`,
      `W/"${sha256}"`,
      "*",
      sha256,
      `"${sha256}`,
      `w/"${sha256}"`,
      '""',
    ),
    fc.string({ unit: fc.constantFrom('"', "W", "/", "a", "b", "*", ";", "\t") }),
  );
  const app = new Hono().get("/", (c) => c.text(String(clientHas(c, sha256))));
  await fc.assert(fc.asyncProperty(fc.array(tag), async (tags) => {
    const headers = { "If-None-Match": tags.join(", ") };
    const answer = await (await app.request("/", { headers })).text();
    const same = tags.some((tag) => [`"${sha256}"`, `W/"${sha256}"`, "*"].includes(tag.trim()));
    assertEquals(answer, String(same));
  }));
});

Deno.test("hostile parsers: the name of a file that is saved is one header, one file and its own type", () => {
  const types = fc.constantFrom("image/jpeg", "image/webp", "text/html");
  fc.assert(fc.property(anyText, types, (name, type) => {
    if (!itemId.safeParse(name).success) return;
    const value = contentDisposition(name, type);
    const [, plain, encoded] = /^inline; filename="([\w.-]+)"; filename\*=UTF-8''([\w.~!%-]+)$/
      .exec(value) ?? [];
    assert(plain !== undefined, value);
    new Headers({ "Content-Disposition": value });
    const saved = decodeURIComponent(encoded);
    assert(!saved.includes("/") && /\.(jpe?g|webp|bin)$/i.test(saved), saved);
  }));
});

Deno.test("hostile parsers: metadata is written and read as it is, or refused", () => {
  fc.assert(fc.property(anyJson, (value) => {
    if (jsonFault(value) !== null) return;
    assertEquals(JSON.parse(JSON.stringify(value)), value);
  }));
  let deep: unknown = 1;
  for (let depth = 0; depth < 100_000; depth++) deep = [deep];
  assertEquals(jsonFault(deep), "must be nested at most 32 deep"); // and no stack overflows
});
