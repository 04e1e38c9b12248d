import { isIPv4, isIPv6 } from "node:net";

/**
 * IPv4 that is not of the internet at large, or leads back into the host's own network: IANA's
 * registry of special-purpose addresses, multicast, and what else a cloud answers its guests at.
 */
const NOT_PUBLIC_4 = [
  "0.0.0.0/8", // this network
  "10.0.0.0/8", // private
  "100.64.0.0/10", // carriers' own
  "127.0.0.0/8", // loopback
  "168.63.129.16/32", // Azure's host
  "169.254.0.0/16", // link-local, with the clouds' metadata
  "172.16.0.0/12", // private
  "192.0.0.0/24", // protocols
  "192.0.2.0/24", // documentation
  "192.88.99.0/24", // 6to4 relays
  "192.168.0.0/16", // private
  "198.18.0.0/15", // benchmarking
  "198.51.100.0/24", // documentation
  "203.0.113.0/24", // documentation
  "224.0.0.0/3", // multicast, reserved, broadcast
].map((range) => parseRange(range, { parse: ipv4, bits: 32 }));

/** Of IPv6 only global unicast is public at all: no mapped IPv4, no NAT64, nothing local. */
const GLOBAL_UNICAST_6 = parseRange("2000::/3", { parse: ipv6, bits: 128 });

/** What of global unicast is not of the internet at large, or carries an IPv4 address inside. */
const NOT_PUBLIC_6 = [
  "2001::/23", // protocols: Teredo, benchmarking, ORCHID
  "2001:db8::/32", // documentation
  "2002::/16", // 6to4
  "3fff::/20", // documentation
].map((range) => parseRange(range, { parse: ipv6, bits: 128 }));

/** Addresses whose bits above `shift` are `prefix`. */
interface Range {
  prefix: bigint;
  shift: bigint;
}

/**
 * Whether an IP address is one of the public internet, so that a stranger may have it connected to.
 *
 * @param address IPv4 in four decimal numbers, or IPv6; anything else is not public, also an IPv6
 * address with a zone.
 * @returns Whether it is public.
 *
 * @example
 * ```ts
 * import { assert } from "@std/assert";
 * import { isPublicAddress } from "./public_address.ts";
 * assert(isPublicAddress("1.1.1.1") && isPublicAddress("2606:4700:4700::1111"));
 * assert(!isPublicAddress("169.254.169.254") && !isPublicAddress("::ffff:1.1.1.1"));
 * ```
 */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) {
    const number = ipv4(address);
    return !NOT_PUBLIC_4.some((range) => isIn(number, range));
  }
  if (!isIPv6(address) || address.includes("%")) return false;
  const number = ipv6(address);
  return isIn(number, GLOBAL_UNICAST_6) && !NOT_PUBLIC_6.some((range) => isIn(number, range));
}

function isIn(address: bigint, { prefix, shift }: Range): boolean {
  return address >> shift === prefix;
}

function parseRange(
  text: string,
  { parse, bits }: { parse: (address: string) => bigint; bits: number },
): Range {
  const [address, length] = text.split("/");
  const shift = BigInt(bits - Number(length));
  return { prefix: parse(address) >> shift, shift };
}

function ipv4(address: string): bigint {
  return address.split(".").reduce((number, part) => number << 8n | BigInt(part), 0n);
}

function ipv6(address: string): bigint {
  const [head, tail] = address.split("::").map(groups);
  const all = tail === undefined
    ? head
    : [...head, ...Array(8 - head.length - tail.length).fill(0n), ...tail];
  return all.reduce((number, group) => number << 16n | group, 0n);
}

/** The 16-bit groups of a part of an IPv6 address, whose end may be written as IPv4. */
function groups(text: string): bigint[] {
  return text.split(":").filter((group) => group !== "").flatMap((group) => {
    if (!group.includes(".")) return BigInt(`0x${group}`);
    const number = ipv4(group);
    return [number >> 16n, number & 0xffffn];
  });
}
