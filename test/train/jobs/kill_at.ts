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

/** A job, and where it is. */
interface Place {
  home: string;
  id: string;
}

/**
 * Runs a job in a process that is killed, by SIGKILL, at a moment; it must come to that.
 *
 * @param moment The moment.
 * @param place The job.
 */
export async function killAt(moment: Moment, place: Place): Promise<void> {
  const { signal, said } = await runApart(place, moment);
  assertEquals(signal, "SIGKILL", said);
}

/**
 * Runs a job to its end in a process of its own, as those are that are killed: TensorFlow's threads
 * are as many as the first who starts it in a process wants, and sums depend on them.
 *
 * @param place The job.
 */
export async function runToItsEnd(place: Place): Promise<void> {
  const { code, said } = await runApart(place, null);
  assertEquals(code, 0, said);
}

async function runApart(place: Place, moment: Moment | null) {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--no-check", PROGRAM],
    stdin: "piped",
    stdout: "null",
    stderr: "piped",
  }).spawn();
  const said = new Response(child.stderr).text();
  await new Response(JSON.stringify({ ...place, moment })).body!.pipeTo(child.stdin);
  return { ...await child.status, said: await said };
}
