/**
 * A program for listen_test.ts: says where it listens, and each fault.
 *
 * @module
 */
import { listen } from "../../../routes/edge/listen.ts";

const { url } = listen(() => new Response("here"), {
  host: "127.0.0.1",
  port: 0,
  onFault: () => console.log("a fault"),
});
console.log(url);
