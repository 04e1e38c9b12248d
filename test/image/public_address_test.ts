import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { isPublicAddress } from "../../src/image/public_address.ts";

/** Every IPv4 address that is not public, first and last of each range, found by hand. */
const NOT_PUBLIC: [first: string, last: string][] = [
  ["0.0.0.0", "0.255.255.255"],
  ["10.0.0.0", "10.255.255.255"],
  ["100.64.0.0", "100.127.255.255"],
  ["127.0.0.0", "127.255.255.255"],
  ["168.63.129.16", "168.63.129.16"],
  ["169.254.0.0", "169.254.255.255"],
  ["172.16.0.0", "172.31.255.255"],
  ["192.0.0.0", "192.0.0.255"],
  ["192.0.2.0", "192.0.2.255"],
  ["192.88.99.0", "192.88.99.255"],
  ["192.168.0.0", "192.168.255.255"],
  ["198.18.0.0", "198.19.255.255"],
  ["198.51.100.0", "198.51.100.255"],
  ["203.0.113.0", "203.0.113.255"],
  ["224.0.0.0", "255.255.255.255"],
];

function number(address: string): number {
  return address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
}

function text(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 255).join(".");
}

const ranges = NOT_PUBLIC.map(([first, last]) => [number(first), number(last)]);
const isNotPublic = (address: number) =>
  ranges.some(([first, last]) => first <= address && address <= last);

Deno.test("public address: any IPv4 address is public unless it lies in a special range", () => {
  const edges = ranges.flatMap(([first, last]) => [first - 1, first, last, last + 1])
    .filter((address) => address >= 0 && address < 2 ** 32);
  for (const address of edges) {
    assertEquals(isPublicAddress(text(address)), !isNotPublic(address), text(address));
  }
  const inside = fc.constantFrom(...ranges).chain(([min, max]) => fc.integer({ min, max }));
  const anywhere = fc.integer({ min: 0, max: 2 ** 32 - 1 });
  fc.assert(fc.property(fc.oneof(inside, anywhere), (address) => {
    assertEquals(isPublicAddress(text(address)), !isNotPublic(address), text(address));
  }));
});

Deno.test("public address: no IPv6 address that carries IPv4 inside is public", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), (address) => {
    const dotted = text(address);
    const [high, low] = [(address >>> 16).toString(16), (address & 0xffff).toString(16)];
    const carriers = [
      `::ffff:${dotted}`, // mapped
      `::ffff:${high}:${low}`,
      `0:0:0:0:0:ffff:${high}:${low}`,
      `::${dotted}`, // compatible
      `::ffff:0:${dotted}`, // translated
      `64:ff9b::${dotted}`, // NAT64
      `64:ff9b:1::${dotted}`,
      `2002:${high}:${low}::1`, // 6to4
      `2001:0:${high}:${low}::1`, // Teredo's server
      `2001::${high}:${low}`, // Teredo's client
    ];
    for (const carrier of carriers) assert(!isPublicAddress(carrier), carrier);
  }));
});

Deno.test("public address: of IPv6, global unicast alone", () => {
  const notPublic = [
    ["::", "::1", "fe80::1", "fe80::1%eth0", "febf:ffff::", "fec0::1", "fc00::1", "fd00:ec2::254"],
    ["ff02::1", "100::1", "5f00::1", "1fff:ffff::", "4000::", "2001:1ff:ffff::", "2001:db8::1"],
    ["2001:DB8:ffff::", "3fff::1", "3fff:fff::", "2002::", "2606:4700::1111%1"],
  ].flat();
  for (const address of notPublic) assert(!isPublicAddress(address), address);
  const pub = [
    "2001:200::",
    "2001:4860:4860::8888",
    "2001:db7::",
    "2001:db9::",
    "2003::",
    "2606::",
  ];
  for (const address of [...pub, "3fff:1000::", "2A00::1", "2a00:1:2:3:4:5:6:7", "2000::"]) {
    assert(isPublicAddress(address), address);
  }
});

Deno.test("public address: what is no address in its usual form is not public", () => {
  const texts = [
    "",
    "1.1.1",
    "1.1.1.1.",
    "01.1.1.1",
    "0x1.1.1.1",
    "16843009",
    "example.org",
    "1::2::3",
  ];
  for (const each of [...texts, "[2606::1]", "1.1.1.1:443", "1.1.1.256", " 1.1.1.1", "2606::g"]) {
    assert(!isPublicAddress(each), each);
  }
  fc.assert(fc.property(fc.string(), (any) => assertEquals(isPublicAddress(any), false)));
});

Deno.test("public address: a URL writes every form of a host as the usual one", () => {
  const forms = fc.integer({ min: 0, max: 2 ** 32 - 1 }).map((address) => {
    const parts = [24, 16, 8, 0].map((shift) => (address >>> shift) & 255);
    return {
      address,
      written: [
        String(address),
        `0x${address.toString(16)}`,
        `0${address.toString(8)}`,
        parts.map((part) => `0x${part.toString(16)}`).join("."),
        parts.map((part) => `0${part.toString(8)}`).join("."),
        `${parts[0]}.${address & 0xffffff}`,
        `${text(address)}.`,
      ],
    };
  });
  fc.assert(fc.property(forms, ({ address, written }) => {
    for (const host of written) {
      const { hostname } = new URL(`https://${host}/a.png`);
      assertEquals([hostname, isPublicAddress(hostname)], [text(address), !isNotPublic(address)]);
    }
  }));
});
