import { assert, assertEquals } from "@std/assert";
import { startTensorFlow } from "../../src/tensorflow/mod.ts";
import { besiege, type Besieged } from "./besieged.ts";
import { exchange } from "./raw_socket.ts";

await startTensorFlow({ device: "cpu" }); // it draws the encoders' weights

/** Little more than the server itself, some 600 MiB. */
const MOST_BYTES = 800 * 2 ** 20;

/** Names as they stand in an address, that lead elsewhere if anybody follows them. */
const TRICKS = [
  "..",
  ".",
  "%2e%2e",
  "%2E%2E%2F%2E%2E%2Fcanary",
  "..%2fcanary",
  "..%5c..%5ccanary",
  "%252e%252e%252fcanary",
  "....%2f%2fcanary",
  "%2fetc%2fpasswd",
  "/etc/passwd",
  "C:%5cwindows%5cwin.ini",
  "file:%2f%2f%2fetc%2fpasswd",
  "tiny@1%2f..%2f..%2f..%2fcanary",
  "tiny@..%2f..%2fcanary",
  "tiny@1%00.json",
  "%00",
  "canary%00",
  "%ff",
  "%c0%ae%c0%ae%2fcanary",
  "%ed%a0%80",
  "%",
  "%zz",
  "%u002e%u002e",
  "%EF%BC%8E%EF%BC%8E%EF%BC%8Fcanary", // full-width dots and slash
  "%E2%80%AE",
  "%0d%0aX-Injected:%20yes",
  "*",
  "~",
  "-",
  "__proto__",
  "constructor",
  "con",
  "'%20OR%201=1%20--",
  "%3Cscript%3E",
  "a%20",
  "x".repeat(5000),
  "%F0%9F%92%A9".repeat(1000),
];

/** Every route with a name in it. */
const PLACES: [method: string, path: (name: string) => string, body?: string][] = [
  ["GET", (name) => `/v1/models/${name}`],
  ["DELETE", (name) => `/v1/models/${name}`],
  ["PUT", (name) => `/v1/aliases/${name}`, '{"model":"../../canary"}'],
  ["DELETE", (name) => `/v1/aliases/${name}`],
  ["GET", (name) => `/v1/collections/${name}`],
  ["PATCH", (name) => `/v1/collections/${name}`, '{"index":"exact"}'],
  ["DELETE", (name) => `/v1/collections/${name}`],
  ["GET", (name) => `/v1/collections/${name}/items`],
  ["PUT", (name) => `/v1/collections/${name}/items`, '{"model":"none","items":[]}'],
  ["POST", (name) => `/v1/collections/${name}/items/delete`, '{"ids":["calm"]}'],
  ["POST", (name) => `/v1/collections/${name}/search`, '{"id":"calm"}'],
  ["POST", (name) => `/v1/collections/${name}/search/batch`, '{"searches":[{"id":"calm"}]}'],
  ["GET", (name) => `/v1/collections/${name}/duplicates`],
  ["PUT", (name) => `/v1/collections/${name}/reembedding`, '{"model":"none"}'],
  ["GET", (name) => `/v1/collections/${name}/reembedding`],
  ["DELETE", (name) => `/v1/collections/${name}/reembedding`],
  ["GET", (name) => `/v1/collections/album/items/${name}`],
  ["PATCH", (name) => `/v1/collections/album/items/${name}`, '{"label":"x"}'],
  ["DELETE", (name) => `/v1/collections/album/items/${name}`],
  ["GET", (name) => `/v1/collections/album/items/${name}/image`],
  ["GET", (name) => `/v1/collections/album/items/${name}/thumbnail`],
  ["DELETE", (name) => `/v1/keys/${name}`],
  ["GET", (name) => `/docs/${name}`],
  ["GET", (name) => `/${name}`],
];

/** One after the other over one connection, as `fetch` would tidy the addresses. */
async function ask(
  url: string,
  requests: { method: string; target: string; body?: string }[],
) {
  const lines = requests.map(({ method, target, body }) =>
    [
      `${method} ${target} HTTP/1.1`,
      "Host: localhost",
      ...(body === undefined
        ? []
        : ["Content-Type: application/json", `Content-Length: ${body.length}`]),
      "",
      body ?? "",
    ].join("\r\n")
  );
  return await exchange(url, lines, { answers: requests.length, waitMs: 20_000 });
}

Deno.test("hostile names: none leads out of the home, whatever route it is in", async () => {
  await using besieged = await besiege({ mostBytes: MOST_BYTES });
  for (const [method, path, body] of PLACES) {
    const requests = TRICKS.map((name) => ({ method, target: path(name), body }));
    const { statuses, text } = await ask(besieged.url, requests);
    assertEquals(statuses.length, requests.length, `${method} ${path("…")}: ${statuses}`);
    statuses.forEach((status, at) => {
      const vanishes = /^(\.|%2e){1,2}$/i.test(TRICKS[at]); // `/items/..` is `/`, for whoever reads URLs
      const allowed = vanishes ? status < 500 && status !== 201 : status >= 400 && status < 500;
      assert(allowed, `${method} ${requests[at].target}: ${status}`);
    });
    for (const secret of ["nobody's business", "root:x:0", "\r\nX-Injected"]) {
      assert(!text.includes(secret), `${method} ${path("…")}: ${secret}`);
    }
  }
  await besieged.isWell();
});

Deno.test("hostile names: an id may look like a path, and is a name all the same", async () => {
  await using besieged = await besiege({ mostBytes: MOST_BYTES });
  const { url, image } = besieged;
  const ids = [
    "../../canary",
    "/etc/passwd",
    "..\\..\\canary",
    "a/../../b",
    "C:\\x.html",
    "%2e%2e",
  ];
  const items = ids.map((id) => ({ id, image, label: "../x", metadata: { "../y": "../z" } }));
  const body = JSON.stringify({ items });
  const headers = { "Content-Type": "application/json" };
  const path = `${url}/v1/collections/album/items`;
  const upsert = await fetch(path, { method: "PUT", headers, body });
  assertEquals((await upsert.json()).inserted, ids.length);
  for (const id of ids) {
    const one = `${path}/${encodeURIComponent(id)}`;
    const original = await fetch(`${one}/image`);
    assertEquals((await original.bytes()).toBase64(), image);
    assert(!/filename="[^"]*[/\\]/.test(original.headers.get("Content-Disposition")!));
    assertEquals((await (await fetch(one, { method: "DELETE" })).json()).id, id);
  }
  await besieged.isWell();
});

Deno.test("hostile names: a Host that is not this machine's is refused (DNS rebinding)", async () => {
  await using besieged = await besiege({ mostBytes: MOST_BYTES });
  const { url } = besieged;
  const status = async (target: string, ...headers: string[]) => {
    const lines = [`${target} HTTP/1.1`, ...headers, "Connection: close", "", ""];
    return (await exchange(url, [lines.join("\r\n")], { answers: 1 })).statuses[0];
  };
  for (
    const host of [
      "evil.example",
      "evil.example:8080",
      "localhost.evil.example",
      "127.0.0.1.evil.example",
      "localhost:80@evil.example",
      "evil.example#localhost",
      "0.0.0.0",
      "[::]",
      "[::ffff:10.0.0.1]",
      "169.254.169.254",
    ]
  ) {
    for (const target of ["GET /v1/models", "GET /metrics", "GET /openapi.json", "GET /none"]) {
      const refused = await status(target, `Host: ${host}`);
      assert([400, 403].includes(refused), `${target} at ${host}: ${refused}`);
    }
  }
  assertEquals(await status("GET http://localhost/v1/models", "Host: evil.example"), 403);
  assertEquals(await status("GET /v1/models", "Host: localhost", "Host: evil.example"), 400);
  const deletion = "DELETE /v1/collections/album";
  for (const origin of ["https://evil.example", "null", "http://localhost:1", "file://", "a b"]) {
    assertEquals(await status(deletion, "Host: localhost", `Origin: ${origin}`), 403, origin);
  }
  await besieged.isWell();
});

Deno.test("hostile names: no header is a key, and no key is in the log", async () => {
  const key = "the-admin-key-that-must-be-in-no-log";
  const settings = { LOOKALIKE_AUTH: "required", LOOKALIKE_ADMIN_KEY: key };
  await using besieged = await besiege({ settings, key, mostBytes: MOST_BYTES });
  const { url } = besieged;
  const guesses = [
    "",
    "Bearer",
    "Bearer ",
    "Bearer  ",
    `Basic ${btoa(`admin:${key}`)}`,
    `Token ${key}`,
    key,
    `bearer:${key}`,
    `Bearer "${key}"`,
    `Bearer ${key},`,
    `Bearer ${key} ${key}`,
    `Bearer ${key.slice(0, -1)}`,
    `Bearer ${key.toUpperCase()}`,
    `Bearer lk_${"0".repeat(12)}_${"0".repeat(43)}`,
    "Bearer lk__",
    "Bearer ' OR 1=1 --",
    `Bearer ${"a".repeat(30_000)}`,
    `Bearer ${"lk_".repeat(5000)}`,
    "Bearer \u00ff\u00fe",
    "Bearer null",
  ];
  for (const guess of guesses) {
    const { statuses: [status], text } = await exchange(url, [
      `GET /v1/models HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAuthorization: ${guess}\r\n\r\n`,
    ]);
    assertEquals(status, 401, guess.slice(0, 60));
    assert(/www-authenticate: Bearer/i.test(text));
  }
  const twice = `Authorization: Bearer ${key}\r\n`.repeat(2); // which one counts?
  const { statuses } = await exchange(url, [
    `GET /v1/models HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n${twice}\r\n`,
  ]);
  assertEquals(statuses, [401]);
  await besieged.isWell();
  const log = JSON.stringify(besieged.server.log());
  assert(!log.toLowerCase().includes(key) && !log.includes("aaaa") && !log.includes("lk_lk_"));
});

Deno.test("hostile names: no address of an image leads to this machine or its network", async () => {
  const settings = { LOOKALIKE_ALLOW_URLS: "true", LOOKALIKE_URL_SECONDS: "3" };
  await using besieged = await besiege({ settings, mostBytes: MOST_BYTES });
  using listener = listenWhereFetched();
  const { port } = listener.addr;
  const local = [
    ...["localhost", "localhost.", "LOCALHOST", "ⓛocalhost", "127.0.0.1", "127.1", "2130706433"],
    ...["0x7f000001", "0x7f.1", "017700000001", "0177.0.0.1", "127.000.000.001", "0", "0.0.0.0"],
    ...["[::1]", "[::]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[fe80::1]"],
    ...["[64:ff9b::7f00:1]", "[2002:7f00:1::]", "[fc00::1]", "10.0.0.1", "172.16.0.1"],
    ...["192.168.0.1", "169.254.169.254", "100.64.0.1", "224.0.0.1", "255.255.255.255"],
    ...await namesOfThisMachine(),
  ];
  const addresses = [
    ...local.flatMap((host) => [`https://${host}/a.png`, `https://${host}:${port}/a.png`]),
    ...["http", "ftp", "file", "gopher", "unix", "blob:https", "javascript", "jar:https"].map(
      (scheme) => `${scheme}://localhost:${port}/etc/passwd`,
    ),
    `https://public.example@localhost:${port}/`,
    `https://localhost:${port}#@public.example/`,
    `https://localhost:${port}\\@public.example/`,
    "https://",
    "https://[",
    `https://${"a".repeat(3000)}`,
    `https://${"a.".repeat(500)}`,
  ];
  await Promise.all(addresses.map((address) => refused(besieged, address)));
  assertEquals(listener.connections, 0);
  await besieged.isWell();
});

async function refused({ url }: Besieged, address: string): Promise<void> {
  const response = await fetch(`${url}/v1/embeddings`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ model: "tiny", input: address }),
  });
  const { error } = await response.json();
  const said = `${address.slice(0, 80)}: ${response.status} ${error?.message}`;
  assertEquals(response.status, 400, said);
  assert(/^input(\[0\])?$/.test(error.param), said);
}

/** Counts who connects to a port of loopback: https's own, where that may be listened on. */
function listenWhereFetched() {
  let listener;
  try {
    listener = Deno.listen({ hostname: "127.0.0.1", port: 443 });
  } catch {
    listener = Deno.listen({ hostname: "127.0.0.1", port: 0 }); // no permission, or another is there
  }
  const counted = { addr: listener.addr, connections: 0, [Symbol.dispose]: () => listener.close() };
  (async () => {
    for await (const connection of listener) {
      counted.connections++;
      connection.close();
    }
  })();
  return counted;
}

/** What /etc/hosts says that this machine is called. */
async function namesOfThisMachine(): Promise<string[]> {
  const text = await Deno.readTextFile("/etc/hosts").catch(() => "");
  const lines = text.split("\n").map((line) => line.replace(/#.*/, "").trim().split(/\s+/));
  return lines.filter(([address]) => /^127\.|^::1$/.test(address)).flatMap(([, ...names]) => names);
}
