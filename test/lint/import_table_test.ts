import { assertEquals } from "@std/assert";
import { lint } from "./lint.ts";

const RULE = "import-table";

Deno.test("a room imports the rooms below it, itself, and packages", () => {
  const allowed: Record<string, string[]> = {
    "src/files.ts": ["node:path", "zod"],
    "src/config.ts": ["./errors.ts"],
    "src/tensorflow/compile.ts": ["../errors.ts", "./c_api.ts", "@tensorflow/tfjs"],
    "src/tensorflow/kernels/relu.ts": ["../backend.ts", "../../errors.ts", "npm:@tensorflow/tfjs"],
    "src/encoders/manifest.ts": ["../model/architecture.ts"],
    "src/embed/engine.ts": ["../encoders/store.ts", "../image/mod.ts", "../tensorflow/mod.ts"],
    "train/commands/setup.ts": ["../../src/tensorflow/install.ts", "../report.ts"],
    "train/cli.ts": ["./commands/setup.ts", "../src/errors.ts"],
    "routes/app.ts": ["../src/embed/engine.ts", "./problem.ts", "hono"],
    "main.ts": ["./routes/app.ts", "./src/config.ts"],
    "test/e2e/all_test.ts": ["../../train/cli.ts", "../../routes/app.ts", "@tensorflow/tfjs"],
    "bench/pretrain_step/run.ts": ["../../train/pretrain.ts", "../../src/tensorflow/mod.ts"],
  };
  for (const [path, specifiers] of Object.entries(allowed)) {
    for (const specifier of specifiers) {
      assertEquals(lint(RULE, path, `import "${specifier}";`), [], `${path}: ${specifier}`);
    }
  }
});

Deno.test("any other import is refused in a sentence that names both rooms", () => {
  const refused: [path: string, specifier: string, sentence: string][] = [
    [
      "src/files.ts",
      "./tensorflow/mod.ts",
      "src/*.ts cannot import src/tensorflow as it must import only packages: " +
      "this is ./tensorflow/mod.ts.",
    ],
    [
      "src/model/resnet.ts",
      "../encoders/store.ts",
      "src/model cannot import src/encoders as it must import only src/*.ts, src/tensorflow: " +
      "this is ../encoders/store.ts.",
    ],
    [
      "routes/app.ts",
      "../train/pretrain.ts",
      "routes cannot import train as it must import only src: this is ../train/pretrain.ts.",
    ],
    [
      "train/dataset/cache.ts",
      "../../routes/app.ts",
      "train cannot import routes as it must import only src: this is ../../routes/app.ts.",
    ],
    [
      "train/pretrain.ts",
      "./cli.ts",
      "train cannot import train/cli.ts as it must import only src: this is ./cli.ts.",
    ],
    [
      "routes/app.ts",
      "../main.ts",
      "routes cannot import main.ts as it must import only src: this is ../main.ts.",
    ],
    [
      "main.ts",
      "./train/pretrain.ts",
      "main.ts cannot import train as it must import only src, routes: this is ./train/pretrain.ts.",
    ],
    [
      "src/embed/engine.ts",
      "../../test/embed/mean_colour_runner.ts",
      "src/embed cannot import test as it must import only src/*.ts, src/tensorflow, src/image, " +
      "src/model, src/encoders: this is ../../test/embed/mean_colour_runner.ts.",
    ],
    [
      "train/pretrain.ts",
      "@tensorflow/tfjs",
      "train cannot import @tensorflow/tfjs as only src/tensorflow may: " +
      "import what you need from src/tensorflow.",
    ],
  ];
  for (const [path, specifier, sentence] of refused) {
    assertEquals(lint(RULE, path, `import "${specifier}";`), [sentence]);
  }
});

Deno.test("every way of importing counts", () => {
  const ways = [
    `import { app } from "../routes/app.ts";`,
    `import type { App } from "../routes/app.ts";`,
    `export { app } from "../routes/app.ts";`,
    `export * from "../routes/app.ts";`,
    `const { app } = await import("../routes/app.ts");`,
    `type App = import("../routes/app.ts").App;`,
  ];
  for (const way of ways) assertEquals(lint(RULE, "train/pretrain.ts", way).length, 1, way);
  assertEquals(lint(RULE, "train/pretrain.ts", `const name = "../routes/app.ts";`), []);
});
