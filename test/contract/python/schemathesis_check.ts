import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";
import { startTensorFlow } from "../../../src/tensorflow/mod.ts";
import { program } from "./environment.ts";
import { ADMIN_KEY, startKnownService } from "../known_service.ts";

await startTensorFlow({ device: "cpu" }); // it draws the encoders' weights

const CONFIGURATION = fileURLToPath(new URL("./schemathesis.toml", import.meta.url));

/** What is made up for each operation at most; thousands, by hand, find more than CI has time for. */
const examples = Deno.env.get("LOOKALIKE_TEST_EXAMPLES") ?? "100";
const seed = Deno.env.get("LOOKALIKE_TEST_SEED") ?? "5";

/** Of the 29 operations; chance seldom names a model to delete that nothing needs. */
const MOST_OPERATIONS = 26;

Deno.test(`schemathesis: the API is as its document says (${examples} examples, seed ${seed})`, async () => {
  await using service = await startKnownService();
  const folder = await Deno.makeTempDir(); // it keeps what it found where it runs
  const { code, stdout, stderr } = await new Deno.Command(program("schemathesis"), {
    args: [
      ...["--no-color", "--config-file", CONFIGURATION, "run", `${service.url}/openapi.json`],
      ...["--phases", "examples,coverage,fuzzing", "--suppress-health-check", "all"],
      ...["--max-examples", examples, "--seed", seed, "--continue-on-failure"],
      ...["--request-timeout", "30"],
    ],
    cwd: folder,
    env: { CONTRACT_KEY: ADMIN_KEY },
  }).output();
  await Deno.remove(folder, { recursive: true });
  const report = new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  console.log(report.slice(report.indexOf("= SUMMARY =")));
  assertEquals(code, 0, report);
  const accepted = service.log().filter(({ status }) => status === 200)
    .map(({ method, route }) => `${method} ${route}`);
  const { size } = new Set(accepted.filter((one) => one.includes("/v1/")));
  assert(size >= MOST_OPERATIONS, `only ${size} operations accepted anything`); // refusing is easy
});
