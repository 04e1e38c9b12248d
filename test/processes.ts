/** Processes as the operating system sees them; Linux alone. */

/**
 * The processes that decode for another.
 *
 * @param parent Whose they are; this process's unless told.
 * @returns Their ids.
 */
export function decoderProcesses(parent = Deno.pid): number[] {
  return childrenOf(parent).filter(isDecoder);
}

/**
 * The processes that train a job for a service.
 *
 * @param parent The service's id.
 * @returns Their ids.
 */
export function jobProcesses(parent: number): number[] {
  return childrenOf(parent).filter(isJob);
}

/**
 * Whether a process still decodes, whosever it is.
 *
 * @param pid Its id.
 * @returns False once it has ended.
 */
export function isDecoder(pid: number): boolean {
  return read(`/proc/${pid}/cmdline`).includes("decoder_main.ts");
}

/**
 * Whether a process still trains a job, whosever it is.
 *
 * @param pid Its id.
 * @returns False once it has ended.
 */
export function isJob(pid: number): boolean {
  return /cli\.ts\0job\0/.test(read(`/proc/${pid}/cmdline`));
}

/**
 * The most memory that a process has had in use.
 *
 * @param pid Its id.
 * @returns Bytes.
 */
export function peakMemory(pid: number): number {
  return Number(/VmHWM:\s+(\d+) kB/.exec(read(`/proc/${pid}/status`))?.[1] ?? 0) * 1024;
}

/**
 * The environment that a process was started with.
 *
 * @param pid Its id.
 * @returns `NAME=value` each.
 */
export function environmentOf(pid: number): string[] {
  return read(`/proc/${pid}/environ`).split("\0").filter((variable) => variable !== "");
}

function childrenOf(parent: number): number[] {
  return [...Deno.readDirSync("/proc")].filter(({ name }) => /^\d+$/.test(name)).map(({ name }) =>
    Number(name)
  ).filter((pid) => parentOf(pid) === parent);
}

function parentOf(pid: number): number {
  return Number(/^PPid:\s+(\d+)/m.exec(read(`/proc/${pid}/status`))?.[1]);
}

/** What a file of /proc says, or nothing once the process has ended. */
function read(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch {
    return "";
  }
}
