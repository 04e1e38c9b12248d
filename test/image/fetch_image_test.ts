import { assert, assertEquals, assertRejects } from "@std/assert";
import { LookalikeError } from "../../src/errors.ts";
import { createImageFetcher, type FetchOptions } from "../../src/image/fetch_image.ts";
import { saying, withHost } from "./https_host.ts";

const IMAGE = Uint8Array.from({ length: 3000 }, (_, at) => at % 251);
const { signal } = new AbortController();
const image = () => new Response(IMAGE);

/** A fetch that is refused: its code, and its sentence. */
async function refusal(fetched: Promise<unknown>): Promise<[string, string]> {
  const { code, message } = await assertRejects(() => fetched, LookalikeError);
  return [code, message];
}

/** A body that goes on for as long as somebody reads it. */
function endless(milliseconds: number, cancel = () => {}): ReadableStream<Uint8Array> {
  return new ReadableStream({
    cancel,
    async pull(body) {
      await new Promise((resolve) => setTimeout(resolve, milliseconds));
      body.enqueue(new Uint8Array(100));
    },
  });
}

Deno.test("fetch: the bytes as they are, asked for at the host's public address", async () => {
  let asked = {};
  await using host = await withHost(({ url, method, headers }) => {
    asked = { url, method, headers: [...headers.keys()] };
    return image();
  });
  const resolved: string[] = [];
  const resolve = (name: string) => (resolved.push(name), Promise.resolve(["9.9.9.9"]));
  const held: number[] = [];
  const hold = (bytes: number) => void held.push(bytes);
  const fetcher = host.fetcher({ resolve, maxBytes: IMAGE.length });
  const url = new URL("https://images.example/a%20b.png?token=1#part");
  const bytes = await fetcher(url, { signal, hold });
  assertEquals(bytes, IMAGE);
  assertEquals(bytes.buffer.byteLength, IMAGE.length);
  assertEquals([resolved, host.reached], [["images.example"], ["9.9.9.9"]]);
  assertEquals(asked, {
    url: "https://images.example/a%20b.png?token=1",
    method: "GET",
    headers: ["accept", "accept-encoding", "connection", "host"],
  });
  assertEquals(held.reduce((sum, each) => sum + each), IMAGE.length);
});

Deno.test("fetch: an address that is not plain https is not even resolved", async () => {
  const resolve = () => Promise.reject(new Error("asked"));
  const fetcher = createImageFetcher({ seconds: 5, maxBytes: 9, resolve });
  const cases: [address: string, sentence: string][] = [
    ["http://images.example/", "be one of https: it is http://"],
    ["file:///etc/passwd", "be one of https: it is file://"],
    ["ftp://images.example/", "be one of https: it is ftp://"],
    ["https://person@images.example/", "have no credentials: it has some"],
    ["https://:secret@images.example/", "have no credentials: it has some"],
    ["https://images.example:8443/", "be at https's own port, 443: it is at 8443"],
    ["https://images.example:22/", "be at https's own port, 443: it is at 22"],
    ...["127.0.0.1", "2130706433", "0177.0.0.1", "0x7f.1", "9.9.9.9", "[::1]", "[::ffff:7f00:1]"]
      .map((host) =>
        [`https://${host}/`, "name its host: it has an IP address"] as [string, string]
      ),
  ];
  for (const [address, sentence] of cases) {
    const expected = ["invalid_input", `Cannot fetch the image as its address must ${sentence}.`];
    assertEquals(await refusal(fetcher(new URL(address), { signal })), expected, address);
  }
});

Deno.test("fetch: a host with an address that is not public is not connected to", async () => {
  await using host = await withHost(image);
  const answers: string[][] = [
    [],
    ["127.0.0.1"],
    ["9.9.9.9", "10.0.0.1"],
    ["9.9.9.9", "9.9.9.10", "9.9.9.11", "9.9.9.12", "::1"], // beyond those that would be tried
    ["::ffff:9.9.9.9"],
    ["169.254.169.254"],
    ["fe80::1%eth0"],
    ["images.example"],
  ];
  const sentence =
    "Cannot fetch the image as images.example must have public addresses alone: it has others, or none.";
  const url = new URL("https://images.example/");
  for (const answer of answers) {
    const fetcher = host.fetcher({ resolve: () => Promise.resolve(answer) });
    assertEquals(await refusal(fetcher(url, { signal })), ["invalid_input", sentence]);
  }
  const unknown = host.fetcher({ resolve: () => Promise.reject(new Error("ENOTFOUND")) });
  assertEquals((await refusal(unknown(url, { signal })))[1], sentence);
  assertEquals(host.reached, []);
});

Deno.test("fetch: names of this machine are refused by the system's own answer", async () => {
  const fetcher = createImageFetcher({ seconds: 5, maxBytes: 9 });
  const [code, message] = await refusal(fetcher(new URL("https://localhost/"), { signal }));
  assertEquals([code, message.includes("public addresses alone")], ["invalid_input", true]);
});

Deno.test("fetch: the host must prove its name, before it is asked", async () => {
  let asked = 0;
  await using host = await withHost(() => (asked++, image()));
  const fetcher = host.fetcher({});
  const [code, message] = await refusal(fetcher(new URL("https://other.example/"), { signal }));
  assertEquals(code, "invalid_input");
  assert(message.includes("other.example must be reachable over https: "), message);
  const trusting = host.fetcher({ reach: () => ({ ...host.place, ca: undefined }) });
  const url = new URL("https://images.example/");
  assertEquals((await refusal(trusting(url, { signal })))[0], "invalid_input");
  assertEquals(asked, 0);
});

Deno.test("fetch: an answer that is no image's is refused, and redirects are not followed", async () => {
  let status = 0;
  let asked = 0;
  const headers = { Location: "https://images.example/elsewhere" };
  await using host = await withHost(() => (asked++, new Response(null, { status, headers })));
  const url = new URL("https://images.example/secret?token=1");
  for (status of [204, 301, 302, 303, 307, 308, 404, 500]) {
    const [code, message] = await refusal(host.fetcher({})(url, { signal }));
    assertEquals(code, "invalid_input");
    assert(message.includes(`must answer with status 200: it is ${status}`), message);
    assert(!message.includes("secret"), message);
  }
  assertEquals(asked, 8);
});

Deno.test("fetch: one byte more than is taken ends it, whatever the length said", async () => {
  await using host = await withHost((request) => {
    if (request.url.endsWith("/whole")) return image();
    return new Response(endless(0));
  });
  const limit = { maxBytes: IMAGE.length - 1 };
  for (const path of ["whole", "endless"]) {
    const url = new URL(`https://images.example/${path}`);
    assertEquals(await refusal(host.fetcher(limit)(url, { signal })), [
      "too_large",
      "Cannot fetch the image as it must have at most 2999 bytes: it has more.",
    ]);
  }
  const full = new LookalikeError("overloaded", "Cannot hold more.");
  const hold = () => {
    throw full;
  };
  const url = new URL("https://images.example/whole");
  assertEquals(await refusal(host.fetcher({})(url, { signal, hold })), [
    "overloaded",
    "Cannot hold more.",
  ]);
});

Deno.test("fetch: time counts from the first question to the last byte", async () => {
  await using host = await withHost((request) =>
    request.url.endsWith("/drip") ? new Response(endless(10)) : new Promise(() => {})
  );
  const never = () => new Promise<string[]>(() => {});
  const slow: [path: string, options: Partial<FetchOptions>][] = [
    ["name", { resolve: never }],
    ["drip", {}],
    ["headers", {}],
  ];
  for (const [path, options] of slow) {
    const fetcher = host.fetcher({ seconds: 0.1, ...options });
    const url = new URL(`https://images.example/${path}`);
    assertEquals(await refusal(fetcher(url, { signal })), [
      "invalid_input",
      "Cannot fetch the image as images.example must send it within 0.1 s: it is slower.",
    ]);
  }
});

Deno.test("fetch: a caller that leaves ends it", async () => {
  const asked = Promise.withResolvers<void>();
  const left = Promise.withResolvers<void>();
  await using host = await withHost(() => {
    asked.resolve();
    return new Response(endless(1, left.resolve));
  });
  const caller = new AbortController();
  const fetched = refusal(
    host.fetcher({})(new URL("https://images.example/"), { signal: caller.signal }),
  );
  await asked.promise;
  caller.abort();
  assertEquals((await fetched)[0], "interrupted");
  await left.promise; // the host sees it
  const { signal } = caller;
  assertEquals(
    (await refusal(host.fetcher({})(new URL("https://images.example/"), { signal })))[0],
    "interrupted",
  );
});

Deno.test("fetch: another address of the host is tried where one does not take connections", async () => {
  await using host = await withHost(image);
  const closed = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = closed.addr;
  closed.close();
  const fetcher = host.fetcher({
    resolve: () => Promise.resolve(["9.9.9.8", "9.9.9.9"]),
    reach: (address) => address === "9.9.9.8" ? { ...host.place, port } : host.place,
  });
  assertEquals(await fetcher(new URL("https://images.example/"), { signal }), IMAGE);
});

Deno.test("fetch: what does not speak HTTP to its end is refused", async () => {
  const said: [text: string, reason: string][] = [
    ["HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", "aborted"],
    ["HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", "aborted"],
    ["HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n", "closed"],
    [`HTTP/1.1 200 OK\r\nX: ${"x".repeat(100_000)}\r\n\r\n`, "overflow"],
    ["SSH-2.0-OpenSSH_9.9\r\n", "Parse Error"],
    ["", "socket hang up"],
  ];
  for (const [text, reason] of said) {
    await using host = await saying(text);
    const url = new URL("https://images.example/");
    const [code, message] = await refusal(host.fetcher({})(url, { signal }));
    assertEquals([code, message.includes(reason)], ["invalid_input", true], message);
  }
});
