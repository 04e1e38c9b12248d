import { messageOf } from "../../src/errors.ts";

/** A file system of its own that is soon full. */
export interface SmallDisk extends AsyncDisposable {
  path: string;
  /** Takes what is left of it. */
  fill(): Promise<void>;
  /** Gives back what was taken. */
  free(): Promise<void>;
}

/**
 * Why there can be no small disk here.
 *
 * @returns A reason to skip what needs one, or null.
 */
export async function noSmallDisk(): Promise<string | null> {
  if (Deno.build.os !== "linux") return "small disks are mounted on Linux alone";
  try {
    await (await smallDisk(2 ** 20))[Symbol.asyncDispose]();
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

/**
 * Mounts a small file system in memory.
 *
 * @param bytes How large it is.
 * @returns The disk, which is unmounted at its disposal.
 * @throws {Error} Where that is not allowed.
 */
export async function smallDisk(bytes: number): Promise<SmallDisk> {
  const path = await Deno.makeTempDir();
  try {
    await run("mount", "-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", path);
  } catch (cause) {
    await Deno.remove(path);
    throw new Error(`a small disk needs leave to mount one: ${messageOf(cause)}`, { cause });
  }
  const ballast = `${path}/ballast`;
  return {
    path,
    async fill() {
      using file = await Deno.open(ballast, { append: true, create: true });
      for (let size = 2 ** 20; size >= 1;) {
        try {
          await file.write(new Uint8Array(size));
        } catch {
          size = Math.floor(size / 2); // so much is not left
        }
      }
    },
    free: () => Deno.remove(ballast),
    async [Symbol.asyncDispose]() {
      await run("umount", "-l", path); // also if a process that was killed is not quite gone
      await Deno.remove(path);
    },
  };
}

/** Runs a program; throws what it says if it fails. */
async function run(program: string, ...args: string[]): Promise<void> {
  const { success, stderr } = await new Deno.Command(program, { args }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr).trim());
}
