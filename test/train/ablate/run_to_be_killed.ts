/** Runs the plan in the folder of a home that is given on standard input, until it is killed. */
import { runAblation } from "../../../train/ablate/run_ablation.ts";
import { openRunFolder } from "../../../train/ablate/run_folder.ts";

if (import.meta.main) {
  const home: string = await new Response(Deno.stdin.readable).json();
  const folder = openRunFolder(home, "tiny");
  const say = (sentence: string) => console.log(sentence);
  await runAblation((await folder.plan())!, {
    folder,
    cacheFolder: `${home}/cache`,
    report: { progress: () => {}, activity: () => {}, say },
    signal: new AbortController().signal,
    startedAt: 0,
  });
}
