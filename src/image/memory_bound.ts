import { LookalikeError } from "../errors.ts";

const RLIMIT_DATA = 2; // <asm-generic/resource.h>
const O_RDONLY = 0; // <asm-generic/fcntl.h>

/**
 * Bounds the memory of a process: from now on it can take so much more than it has, and no more. The
 * kernel refuses the rest, so there is no moment in which a bomb is larger (on Linux; elsewhere nothing
 * is bounded).
 *
 * What counts is memory that can be written and is nobody else's, whether used yet or not. Address
 * space would not do as a measure: V8 reserves far more than it uses.
 *
 * @param pid A process of this user.
 * @param bytes How much it may take beyond what it has.
 * @throws {LookalikeError} `unavailable` if the system does not let us.
 */
export function boundMemory(pid: number, bytes: number): void {
  if (Deno.build.os !== "linux") return;
  const libc = Deno.dlopen("libc.so.6", {
    open: { parameters: ["buffer", "i32"], result: "i32" },
    read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
    close: { parameters: ["i32"], result: "i32" },
    prlimit: { parameters: ["i32", "i32", "buffer", "pointer"], result: "i32" },
  });
  try {
    const { open, read, close, prlimit } = libc.symbols;
    // Not by Deno, which lets /proc be read only by who may do all.
    const path = new TextEncoder().encode(`/proc/${pid}/status\0`);
    const status = new Uint8Array(4096);
    const file = open(path, O_RDONLY);
    read(file, status, BigInt(status.length)); // of what cannot be read there is no number below
    close(file);
    const [, kilobytes] = /^VmData:\s+(\d+) kB/m.exec(new TextDecoder().decode(status)) ?? [];
    const limit = kilobytes === undefined ? null : BigInt(Number(kilobytes) * 1024 + bytes);
    if (limit !== null && prlimit(pid, RLIMIT_DATA, BigUint64Array.of(limit, limit), null) === 0) {
      return;
    }
  } finally {
    libc.close();
  }
  throw new LookalikeError(
    "unavailable",
    "Cannot decode images as the memory of the process must be bounded: the system refuses.",
  );
}

/**
 * Whether that is how a library says that it was given no memory, before it gave up or ended its
 * process: libvips, libjpeg, libheif, GLib, C++, V8, each in its own words.
 *
 * @param words What it said.
 * @returns Whether memory was lacking.
 */
export function lacksMemory(words: string): boolean {
  return /out of memory|insufficient memory|memory allocation error|failed to allocate|bad_alloc/i
    .test(words) && !/security limit/i.test(words); // libheif's own limits are not ours
}
