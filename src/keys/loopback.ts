/**
 * Whether a name or an address means this machine alone, however it is written.
 *
 * @param host `localhost`, a name below it, or an IPv4 or IPv6 address, with or without brackets.
 * Other names are not looked up: what they mean may change.
 * @returns Whether it is a loopback name.
 *
 * @example
 * ```ts
 * import { isLoopback } from "./loopback.ts";
 * console.assert(isLoopback("localhost") && isLoopback("127.0.0.1") && isLoopback("[::1]"));
 * console.assert(!isLoopback("0.0.0.0") && !isLoopback("::") && !isLoopback("example.org"));
 * ```
 */
export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, "");
  if (!/^[\w.:-]+$/.test(bare)) return false;
  const url = URL.parse(`http://${bare.includes(":") ? `[${bare}]` : bare}/`);
  if (url === null) return false;
  const { hostname } = url; // an address in its one canonical form
  return /^(.+\.)?localhost$/.test(hostname) || /^127(\.\d+){3}$/.test(hostname) ||
    hostname === "[::1]" || /^\[::ffff:7f[\da-f]{2}:[\da-f]{1,4}\]$/.test(hostname);
}
