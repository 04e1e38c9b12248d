/**
 * What a process and its children hold in memory, resident; Linux alone tells.
 *
 * @param pid The process.
 * @returns Bytes.
 */
export async function residentBytes(pid: number): Promise<number> {
  const processes = [pid, ...await childrenOf(pid)];
  const each = await Promise.all(processes.map(async (process) => {
    const status = await Deno.readTextFile(`/proc/${process}/status`).catch(() => ""); // has ended
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
  }));
  return each.reduce((sum, bytes) => sum + bytes, 0);
}

async function childrenOf(pid: number): Promise<number[]> {
  const children: number[] = [];
  for await (const { name } of Deno.readDir(`/proc/${pid}/task`)) {
    const text = await Deno.readTextFile(`/proc/${pid}/task/${name}/children`).catch(() => "");
    children.push(...text.trim().split(/\s+/).filter(Boolean).map(Number));
  }
  return children;
}
