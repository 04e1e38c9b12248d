import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { LookalikeError } from "../../src/errors.ts";
import { accessPolicy } from "../../src/keys/access_policy.ts";
import { isLoopback } from "../../src/keys/loopback.ts";

const LOOPBACK = [
  "localhost",
  "LOCALHOST",
  "localhost.",
  "app.localhost",
  "127.0.0.1",
  "127.8.9.10",
  "127.1",
  "::1",
  "[::1]",
  "0:0:0:0:0:0:0:1",
  "::ffff:127.0.0.1",
  "::ffff:7f00:1",
];
const PUBLIC = [
  "0.0.0.0",
  "::",
  "[::]",
  "::ffff:0.0.0.0",
  "::ffff:10.0.0.1",
  "10.0.0.1",
  "128.0.0.1",
  "2001:db8::1",
  "example.org",
  "localhost.example.org",
  "127.0.0.1.example.org",
  "notlocalhost",
  ".localhost",
  "",
  "a b",
  "user@localhost",
  "localhost/x",
  "localhost#",
  "::1%eth0",
];

Deno.test("access: loopback names and addresses are told from all others, however written", () => {
  for (const host of LOOPBACK) assertEquals(isLoopback(host), true, host);
  for (const host of PUBLIC) assertEquals(isLoopback(host), false, host);
});

Deno.test("access: of IPv4 addresses, those that begin with 127 are loopback", () => {
  const byte = fc.nat(255);
  fc.assert(fc.property(fc.tuple(byte, byte, byte, byte), (bytes) => {
    assertEquals(isLoopback(bytes.join(".")), bytes[0] === 127);
  }));
  fc.assert(
    fc.property(fc.ipV6(), (address) => isLoopback(address) === isLoopback(`[${address}]`)),
  );
});

Deno.test("access: no text whatever makes it throw", () => {
  fc.assert(fc.property(fc.string(), (text) => typeof isLoopback(text) === "boolean"));
});

Deno.test("access: auto asks for a key wherever others could come from", () => {
  for (const hasKeys of [true, false]) {
    for (const host of LOOPBACK) {
      assertEquals(accessPolicy({ host, auth: "auto" }, { hasKeys }), {
        required: false,
        loopbackOnly: true,
        warning: null,
      });
    }
  }
  for (const host of PUBLIC) {
    assertEquals(accessPolicy({ host, auth: "auto" }, { hasKeys: true }).required, true, host);
  }
});

Deno.test("access: it does not start where nobody could have a key, and says how to make one", () => {
  for (const host of ["0.0.0.0", "::", "example.org"]) {
    const error = assertThrows(
      () => accessPolicy({ host, auth: "auto" }, { hasKeys: false }),
      LookalikeError,
      `Cannot serve on ${host} as requests must have a key and there is none: make one with ` +
        "`deno run -A main.ts keys create --name NAME --scopes admin`",
    ) as LookalikeError;
    assertEquals(error.code, "unauthorized");
  }
  assertThrows(() => accessPolicy({ host: "::1", auth: "required" }, { hasKeys: false }));
});

Deno.test("access: required is so on loopback too; off is so everywhere, with a warning", () => {
  assertEquals(accessPolicy({ host: "127.0.0.1", auth: "required" }, { hasKeys: true }), {
    required: true,
    loopbackOnly: false,
    warning: null,
  });
  const open = accessPolicy({ host: "0.0.0.0", auth: "off" }, { hasKeys: false });
  assertEquals([open.required, open.loopbackOnly, open.warning !== null], [false, false, true]);
  const local = accessPolicy({ host: "localhost", auth: "off" }, { hasKeys: false });
  assertEquals([local.required, local.loopbackOnly, local.warning], [false, true, null]);
});
