import { assert } from "@std/assert";
import { createGate } from "../../src/gate.ts";
import { startTensorFlow } from "../../src/tensorflow/mod.ts";
import { besiege, type Besieged } from "./besieged.ts";
import { operationsOf } from "./operations.ts";

await startTensorFlow({ device: "cpu" }); // it draws the encoders' weights

/** The server's 600, four bodies of 16 MiB at a time, and what parsing makes of them. */
const MOST_BYTES = 1500 * 2 ** 20;

/** A sentence may name what was sent, and be no echo of all of it. */
const LONGEST_MESSAGE = 1000;

/** Where a body of JSON goes in. */
const TAKE_JSON = [
  ["POST", "/v1/embeddings"],
  ["POST", "/v1/collections"],
  ["PUT", "/v1/collections/album/items"],
  ["PATCH", "/v1/collections/album/items/target"],
  ["POST", "/v1/collections/album/search"],
  ["POST", "/v1/collections/album/search/batch"],
  ["POST", "/v1/keys"],
  ["PUT", "/v1/aliases/hostile"],
] as const;

const bytes = (text: string) => new TextEncoder().encode(text);
const nested = (open: string, close: string, depth: number) =>
  `${open.repeat(depth)}1${close.repeat(depth)}`;
/** Objects in objects, as parsed: no deeper than the service lets pass. */
const DEEP = nested('{"a":', "}", 5000);

/** Bodies that are no request at all, whatever route takes them. */
const NO_REQUEST: Record<string, string | Uint8Array<ArrayBuffer>> = {
  "nothing": "",
  "a space": " ",
  "a byte order mark alone": "\ufeff",
  "a byte order mark and the half of an object": '\ufeff{"model":',
  "UTF-16": Uint8Array.from([...'{"model":"tiny"}'].flatMap((letter) => [letter.charCodeAt(0), 0])),
  "null": "null",
  "a list": "[]",
  "a number": "1e999",
  "a text": '"model"',
  "an object cut short": '{"model":"tiny","input":"AAAA"',
  "two objects": '{"model":"tiny"} {"model":"tiny"}',
  "an object, then NUL": '{"model":"tiny"}\0',
  "JavaScript": "{model:'tiny'}",
  "a comment": '{/* */"model":"tiny"}',
  "NaN": '{"model":NaN}',
  "bytes that are no UTF-8": Uint8Array.of(0x7b, 0x22, 0xff, 0xfe, 0xc0, 0xaf, 0x22, 0x7d),
  "a name that is no UTF-8": Uint8Array.of(...bytes('{"'), 0xed, 0xa0, 0x80, ...bytes('":1}')),
  "NUL": new Uint8Array(1000),
  "lists in lists": nested("[", "]", 50_000),
  "lists in lists without end": "[".repeat(1_000_000),
  "objects in objects": DEEP,
  "a million empty objects": `[${"{},".repeat(1_000_000)}{}]`,
  "a million empty texts": `[${'"",'.repeat(1_000_000)}""]`,
  "200,000 fields": `{${Array.from({ length: 200_000 }, (_, at) => `"${at}":0`).join()}}`,
  "a field of 10 MB": `{"${"x".repeat(1e7)}":1}`,
  "a text of 10 MB": `{"model":"${"x".repeat(1e7)}"}`,
  "a text of 15 MB in escapes": `{"model":"${"\\u0000".repeat(2.5e6)}"}`,
  "more than a body may have": `{"model":"${"x".repeat(17 * 2 ** 20)}"}`,
  "__proto__": '{"__proto__":{"model":"tiny","input":"AAAA","name":"x"}}',
  "constructor": '{"constructor":{"prototype":{"model":"tiny"}}}',
  "XML": '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>',
};

/** Values by their type, written in JSON. */
const WRONG: Record<string, string[]> = {
  null: ["null"],
  boolean: ["true"],
  number: ["-1", "1.5", "1e308", "-0", "9007199254740993"],
  string: ['""', '"\\u0000"', '"\\ud800"', '"../../canary"', '"true"', `"${"x".repeat(100_000)}"`],
  array: ["[]", "[[]]", "[null]", '["..",{}]'],
  object: ["{}", '{"__proto__":{"a":1}}', '{"toString":null}', '{"length":1}'],
};

/** Content-Types under which JSON is not taken. */
const WRONG_TYPES = [
  "",
  "text/plain",
  "application/x-www-form-urlencoded",
  "application/octet-stream",
  "image/jpeg",
  "application/jsonp",
  "application/json-patch+json",
  "json",
  "multipart/form-data",
  "multipart/form-data; boundary=",
  `multipart/form-data; boundary=${"b".repeat(10_000)}`,
  "multipart/mixed; boundary=b",
  `text/${"x".repeat(5000)}`,
];

/** Forms that cannot be, with their Content-Type. */
function wrongForms(image: string): Record<string, [type: string, body: string]> {
  const form = "multipart/form-data; boundary=b";
  const part = (headers: string, content = "x") => `--b\r\n${headers}\r\n\r\n${content}\r\n`;
  const field = (name: string, rest = "") =>
    `Content-Disposition: form-data; name="${name}"${rest}`;
  const whole = (...parts: string[]) =>
    [part(field("model"), "tiny"), ...parts, "--b--\r\n"].join("");
  const file = part(field("input", '; filename="a"'), atob(image));
  return {
    "nothing": [form, ""],
    "no boundary": ["multipart/form-data", whole(file)],
    "an empty boundary": ["multipart/form-data; boundary=", whole(file)],
    "another boundary": ["multipart/form-data; boundary=c", whole(file)],
    "no end": [form, whole(file).slice(0, -6)],
    "an end alone": [form, "--b--\r\n"],
    "no parts": [form, "--b\r\n".repeat(10)],
    "100,000 parts": [form, part(field("input", '; filename="a"')).repeat(100_000) + "--b--\r\n"],
    "a part without headers": [form, "--b\r\n\r\nx\r\n--b--\r\n"],
    "a part without a name": [form, whole(part("Content-Disposition: form-data"))],
    "a header of 1 MB": [form, whole(part(field("x".repeat(1e6))))],
    "a header of 1 MB that is none": [form, whole(part(`${"x".repeat(1e6)}\x01`))],
    "a value of 1 MB that cannot be": [form, whole(part(field(`${"x".repeat(1e6)}\0`)))],
    "10,000 headers": [form, whole(part("X: y\r\n".repeat(10_000) + field("input")))],
    "an image as text": [form, whole(part(field("input"), image))],
    "a model as a file": [
      form,
      part(field("model", '; filename="a"'), "tiny") + file + "--b--\r\n",
    ],
    "two models": [form, whole(part(field("model"), "tiny"), file)],
    "a field of a field": [form, whole(part(field("input.a.b.c"), "x"), file)],
    "__proto__": [form, whole(part(field("__proto__"), "x"), file)],
    "__proto__.input": [form, whole(part(field("__proto__.input"), "x"), file)],
    "constructor.prototype": [form, whole(part(field("constructor.prototype"), "x"), file)],
    "a form in a part": [
      form,
      whole(part(`${field("input")}\r\nContent-Type: multipart/mixed; boundary=b`, whole())),
    ],
    "a line's end in a name": [form, whole(part(field("a\r\nX: y")), file)],
    "JSON": [form, JSON.stringify({ model: "tiny", input: image })],
  };
}

/** Requests that are wrong inside, each with the route that looks there. */
function wrongInside(image: string): [method: string, path: string, body: string][] {
  const items = "/v1/collections/album/items";
  const search = "/v1/collections/album/search";
  const filters = [
    nested('{"not":', "}", 5000),
    nested('{"and":[', "]}", 5000).replace("1", '{"field":"id","eq":1}'),
    `{"or":[${'{"or":[]},'.repeat(50_000)}{"or":[]}]}`,
    '{"__proto__":{"field":"id","eq":"calm"}}',
    '{"field":"__proto__","eq":1}',
    '{"field":"metadata","eq":1}',
    `{"field":"metadata.${"a.".repeat(5000)}a","eq":1}`,
    '{"field":"id","eq":1e999}',
    '{"field":"id","in":{"length":1e9}}',
    '{"field":"id","gt":null}',
    '{"field":"id","contains":{"$where":"sleep(1000)"}}',
    '{"field":"metadata.a\' OR 1=1 --","like":"%"}',
    '"id = 1 OR 1 = 1"',
  ];
  const metadata = [DEEP, nested("[", "]", 5000), '{"a":1e999}', `{"a":"${"x".repeat(70_000)}"}`];
  const ids = ["", ".", "..", "a\\u0000b", "a\\ud800b", "x".repeat(513), "\\u0085", "a\\r\\nb"];
  const vectors = ["[]", "[1e39]", "[null]", '["1"]', "[[1]]", `[${"1,".repeat(20_000)}1]`];
  return [
    ...filters.map((filter) => ["POST", search, `{"id":"calm","filter":${filter}}`]),
    ...metadata.flatMap((value) => [
      ["PUT", items, `{"items":[{"id":"a","image":"${image}","metadata":${value}}]}`],
      ["PATCH", `${items}/target`, `{"metadata":${value}}`],
    ]),
    ...ids.flatMap((id) => [
      ["PUT", items, `{"items":[{"id":"${id}","image":"${image}"}]}`],
      ["POST", search, `{"id":"${id}"}`],
      ["POST", `${items}/delete`, `{"ids":["${id}"]}`],
    ]),
    ...vectors.flatMap((vector) => [
      ["PUT", items, `{"items":[{"id":"a","vector":${vector}}]}`],
      ["POST", search, `{"vector":${vector}}`],
    ]),
    ...["0", "-1", "1.5", "1e999", "1e9", '"1"', "null", "true"].map(
      (k) => ["POST", search, `{"id":"calm","k":${k}}`],
    ),
    ["POST", search, `{"id":"calm","id":"calm","vector":[1]}`],
    ["PUT", items, `{"items":[${`{"id":"a","vector":[1]},`.repeat(200)}{"id":"a","vector":[1]}]}`],
    ["PUT", items, `{"items":[{"id":"a","image":"${image}"},{"id":"a","image":"${image}"}]}`],
    ["POST", "/v1/embeddings", `{"model":"tiny","input":"data:image/png,${"%41".repeat(1e5)}"}`],
    ["POST", "/v1/embeddings", `{"model":"tiny","input":"data:${";a".repeat(1e6)};base64,AAAA"}`],
    ["POST", "/v1/embeddings", `{"model":"tiny","input":"${"=".repeat(1e6)}"}`],
    ["POST", "/v1/embeddings", `{"model":"tiny","input":[${'"AAAA",'.repeat(2000)}"AAAA"]}`],
    ["POST", "/v1/embeddings", `{"model":"tiny","input":"${image}","layer":1e9}`],
    ["POST", "/v1/embeddings", `{"model":"tiny","input":"${image}","dimensions":1e9}`],
  ] as [string, string, string][];
}

async function refused(
  { url }: Besieged,
  request: { method: string; path: string; type?: string; body: BodyInit; what: string },
): Promise<void> {
  const { method, path, type = "application/json", body, what } = request;
  const headers: Record<string, string> = type === "" ? {} : { "Content-Type": type };
  const response = await fetch(`${url}${path}`, { method, headers, body });
  const text = await response.text();
  const said = `${method} ${path}, ${what}: ${response.status} ${text.slice(0, 300)}`;
  assert([400, 404, 409, 413, 415].includes(response.status), said);
  const { error } = JSON.parse(text);
  assert(error.message.length <= LONGEST_MESSAGE, said);
  assert((error.param ?? "").length <= LONGEST_MESSAGE, said);
}

/** What is answered in some way that is no fault of the server. */
async function answered(
  { url }: Besieged,
  { method, path, body, what }: { method: string; path: string; body: string; what: string },
): Promise<void> {
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(`${url}${path}`, { method, headers, body });
  const text = await response.text();
  assert(response.status < 500, `${method} ${path}, ${what}: ${response.status} ${text}`);
}

Deno.test("hostile bodies: what is no request is refused by every route that takes one", async () => {
  await using besieged = await besiege({ mostBytes: MOST_BYTES });
  for (const [method, path] of TAKE_JSON) {
    const gate = createGate(3); // more at once would be 429
    await Promise.all(
      Object.entries(NO_REQUEST).map(([what, body]) =>
        gate(() => refused(besieged, { method, path, body, what }))
      ),
    );
  }
  for (const [method, path, body] of wrongInside(besieged.image)) {
    await refused(besieged, { method, path, body, what: body.slice(0, 100) });
  }
  await besieged.isWell();
});

Deno.test("hostile bodies: no field of any route takes what its schema does not", async () => {
  await using besieged = await besiege({ mostBytes: MOST_BYTES });
  const operations = await operationsOf(besieged.url);
  assert(operations.length >= 8, `${operations.length}`);
  for (const { method, path, fields } of operations) {
    for (const [field, { sound, types }] of Object.entries(fields)) {
      for (const [type, values] of Object.entries(WRONG)) {
        for (const value of values) {
          const body = JSON.stringify({ ...sound, [field]: JSON.parse(value) });
          const what = `${field}: ${value.slice(0, 50)}`;
          if (!types.includes(type)) await refused(besieged, { method, path, body, what });
          else await answered(besieged, { method, path, body, what });
        }
      }
    }
  }
  await besieged.isWell();
});

Deno.test("hostile bodies: forms and types that are none are refused", async () => {
  await using besieged = await besiege({ mostBytes: MOST_BYTES });
  const path = "/v1/embeddings";
  for (const [what, [type, body]] of Object.entries(wrongForms(besieged.image))) {
    await refused(besieged, { method: "POST", path, type, body, what });
  }
  const sound = JSON.stringify({ model: "tiny", input: besieged.image });
  for (const type of WRONG_TYPES) {
    for (const [method, path] of TAKE_JSON) {
      await refused(besieged, { method, path, type, body: bytes(sound), what: type.slice(0, 100) });
    }
  }
  const packed = await new Response(
    new Blob([sound]).stream().pipeThrough(new CompressionStream("gzip")),
  ).bytes();
  for (const [method, path] of TAKE_JSON) {
    await refused(besieged, { method, path, body: packed, what: "gzip that says it is JSON" });
  }
  await besieged.isWell();
});
