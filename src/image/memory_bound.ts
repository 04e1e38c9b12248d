import { LookalikeError } from "../errors.ts";

const RLIMIT_DATA = 2; // <asm-generic/resource.h>

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
export async function boundMemory(pid: number, bytes: number): Promise<void> {
  if (Deno.build.os !== "linux") return;
  const status = await Deno.readTextFile(`/proc/${pid}/status`);
  const has = Number(/^VmData:\s+(\d+) kB/m.exec(status)?.[1]) * 1024;
  const limit = BigInt(has + bytes);
  const libc = Deno.dlopen("libc.so.6", {
    prlimit: { parameters: ["i32", "i32", "buffer", "pointer"], result: "i32" },
  });
  const softAndHard = new BigUint64Array([limit, limit]);
  const failed = libc.symbols.prlimit(pid, RLIMIT_DATA, softAndHard, null) !== 0;
  libc.close();
  if (failed) {
    throw new LookalikeError(
      "unavailable",
      "Cannot decode images as the memory of the process must be bounded: the system refuses.",
    );
  }
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
