/**
 * Estimates what the published recipes cost on one GPU, from their networks alone.
 *
 *   deno task bench:cost [--write FILE]
 *
 * @module
 */
import { parseArgs } from "node:util";
import { writeFileAtomic } from "../../src/files.ts";
import { estimate, H100 } from "./estimate.ts";
import { RECIPES } from "./recipes.ts";
import { report } from "./report.ts";

const HELP = `Estimates operations, hours and memory of the published recipes on one GPU.
  --write FILE   writes the page there; else it is printed
  --json         prints one JSON object instead`;

const { values } = parseArgs({
  options: {
    help: { type: "boolean", default: false },
    write: { type: "string" },
    json: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(HELP);
  Deno.exit(0);
}

const estimates = RECIPES.map((recipe) => estimate(recipe, H100));
const page = report(estimates, H100);
if (values.write) await writeFileAtomic(values.write, page);
if (values.json) console.log(JSON.stringify({ bench: "cost", gpu: H100, estimates }));
else if (!values.write) console.log(page);
