import { assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("./job_to_be_killed.ts", import.meta.url));

/** A moment in a job's life. */
export interface Moment {
  when: "before" | "after";
  call: "event" | "save encoder" | "save classifier" | "succeed";
  /** The event's key. */
  key?: string;
}

/**
 * Runs a job in a process that is killed, by SIGKILL, at a moment; it must come to that.
 *
 * @param moment The moment.
 * @param job Its id, and the home.
 */
export async function killAt(moment: Moment, job: { home: string; id: string }): Promise<void> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", PROGRAM],
    stdin: "piped",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const said = new Response(child.stderr).text();
  await new Response(JSON.stringify({ ...job, moment })).body!.pipeTo(child.stdin);
  const { signal } = await child.status;
  assertEquals(signal, "SIGKILL", await said);
}
