import { assert, assertEquals, assertThrows } from "@std/assert";
import { LookalikeError } from "../../src/errors.ts";
import { listen } from "../../routes/listen.ts";

const LOCAL = { host: "127.0.0.1", port: 0 };

Deno.test("listen: closes once requests in hand are answered, and takes no more", async () => {
  const latch = Promise.withResolvers<void>();
  const server = listen(async () => (await latch.promise, new Response("done")), LOCAL);
  const answer = fetch(server.url);
  await new Promise((resolve) => setTimeout(resolve, 50));
  let closed = false;
  const closing = server.close().then(() => closed = true);
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert(!closed);
  latch.resolve();
  assertEquals(await (await answer).text(), "done");
  await closing;
});

Deno.test("listen: a client that stalls in the middle of a body does not hold the end up", async () => {
  const server = listen((request) => {
    request.body?.cancel();
    return new Response("no", { status: 408 });
  }, LOCAL);
  const { port } = new URL(server.url);
  using connection = await Deno.connect({ port: Number(port) });
  const head = "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\nhalf";
  await connection.write(new TextEncoder().encode(head));
  await connection.read(new Uint8Array(1000));
  const start = performance.now();
  await server.close();
  assert(performance.now() - start < 5000); // without end, were it waited for
});

Deno.test("listen: a port that is taken is a sentence", async () => {
  const server = listen(() => new Response(), LOCAL);
  const port = Number(new URL(server.url).port);
  const error = assertThrows(
    () => listen(() => new Response(), { host: "127.0.0.1", port }),
    LookalikeError,
  ) as LookalikeError;
  assertEquals(
    error.message,
    `Cannot listen on 127.0.0.1:${port} as another program has that port: stop it, or set LOOKALIKE_PORT to another.`,
  );
  await server.close();
});
