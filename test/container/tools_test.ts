import { assert, assertEquals } from "@std/assert";
import {
  debianComponents,
  npmComponents,
  pythonComponents,
} from "../../docs/deploy/image/bill_of_materials.ts";
import { livenessUrl } from "../../docs/deploy/image/health.ts";
import { importsOf } from "../../docs/deploy/image/keep_imports.ts";
import { isRead } from "../../docs/deploy/image/prune_packages.ts";

const ROOT = new URL("../../", import.meta.url);

Deno.test("health: asks where the service listens, as one can reach it from inside", () => {
  const url = (host: string, port: string, probePort = "") =>
    livenessUrl({
      LOOKALIKE_HOST: host,
      LOOKALIKE_PORT: port,
      LOOKALIKE_PROBE_PORT: probePort,
    });
  assertEquals(livenessUrl({}), "http://127.0.0.1:8080/livez");
  assertEquals(url("0.0.0.0", "80"), "http://127.0.0.1:80/livez");
  assertEquals(url("::", "80", "0"), "http://[::1]:80/livez");
  assertEquals(url("10.0.0.7", "80", "9090"), "http://10.0.0.7:9090/livez");
});

Deno.test("keep imports: what is only documented or only begins alike goes", () => {
  const imports = { hono: "a", sharp: "b", "@std/assert": "c", usearch: "d", "hono-x": "e" };
  const kept = importsOf(imports, [
    'import { route } from "hono/route";\n',
    'const sharp = await import("sharp");\n/**\n * import { assert } from "@std/assert";\n */\n',
    'createRequire(import.meta.url)("usearch")',
  ]);
  assertEquals(Object.keys(kept), ["hono", "sharp", "usearch"]);
});

Deno.test("keep imports: the service's own are kept, and its tests' are not", async () => {
  const { imports } = JSON.parse(await Deno.readTextFile(new URL("deno.json", ROOT)));
  const [main, start, vips] = await Promise.all(
    ["main.ts", "src/tensorflow/start.ts", "src/image/vips.ts"].map((path) =>
      Deno.readTextFile(new URL(path, ROOT))
    ),
  );
  const kept = Object.keys(importsOf(imports, [main, start, vips]));
  for (const name of ["@tensorflow/tfjs", "@tensorflow/tfjs-node-gpu", "sharp"]) {
    assert(kept.includes(name), name);
  }
  for (const name of ["@std/assert", "fast-check", "echarts"]) assert(!kept.includes(name), name);
});

Deno.test("prune: what loads and what licenses stays, and nothing else", () => {
  const mainOf = () => "dist/tf-core.node.js";
  const at = (path: string) => isRead(`node_modules/.deno/${path}`, mainOf);
  const core = "@tensorflow+tfjs-core@4/node_modules/@tensorflow/tfjs-core";
  const kernels = "@tensorflow+tfjs-node-gpu@4/node_modules/@tensorflow/tfjs-node-gpu";
  const arch = Deno.build.arch === "aarch64" ? "arm64" : "x64";
  const kept = [
    `${core}/dist/tf-core.node.js`,
    `${core}/package.json`,
    `${core}/LICENSE`,
    `${kernels}/dist/kernels/Abs.js`,
    "@img+sharp-libvips-linux-x64@1/node_modules/@img/sharp-libvips-linux-x64/lib/libvips-cpp.so.8.1",
    `usearch@2/node_modules/usearch/prebuilds/linux-${arch}/usearch.node`,
    "zod@4/node_modules/zod/index.cjs",
  ];
  const deleted = [
    `${core}/dist/tf-core.min.js`,
    `${core}/dist/index.d.ts`,
    `${kernels}/README.md`,
    "@img+sharp-libvips-linuxmusl-x64@1/node_modules/@img/a/lib/libvips-cpp.so.8.1",
    "usearch@2/node_modules/usearch/prebuilds/win32-x64/usearch.node",
    "usearch@2/node_modules/usearch/include/usearch/index.hpp",
    "zod@4/node_modules/zod/index.js.map",
  ];
  assertEquals(kept.filter((path) => !at(path)), []);
  assertEquals(deleted.filter(at), []);
});

Deno.test("bill of materials: names each package as its registry does", () => {
  const [deno, alone] = pythonComponents(
    "# pinned\ndeno==2.9.6 \\\n    --hash=sha256:0a \\\n    --hash=sha256:0b\n" +
      "nvidia-cublas-cu12==12.9 \\\n    --hash=sha256:0c\n",
  );
  assertEquals([deno.purl, deno.hashes], ["pkg:pypi/deno@2.9.6", undefined]);
  assertEquals(alone.hashes, [{ alg: "SHA-256", content: "0c" }]);

  const lock = {
    "@hono/zod-openapi@1.6.3_hono@4.13.19": { integrity: "sha512-AP8=" },
    "fsevents@2.0.0": { integrity: "sha512-AA==" },
  };
  const [hono, ...others] = npmComponents(lock, ["@hono+zod-openapi@1.6.3"]);
  assertEquals([hono.purl, others], ["pkg:npm/%40hono/zod-openapi@1.6.3", []]);
  assertEquals(hono.hashes, [{ alg: "SHA-512", content: "00ff" }]);

  const [libc, ...rest] = debianComponents(
    "Package: libc6\nStatus: install ok installed\nArchitecture: amd64\nVersion: 2.41-12+deb13u5\n\n" +
      "Package: gone\nStatus: deinstall ok config-files\nVersion: 1\n",
    "debian",
  );
  assertEquals([libc.purl, rest], ["pkg:deb/debian/libc6@2.41-12%2Bdeb13u5?arch=amd64", []]);
});
