import { assert, assertEquals, assertGreater } from "@std/assert";
import { parse, parseAll } from "@std/yaml";
import { readConfig } from "../../src/config.ts";

const DEPLOY = new URL("../../docs/deploy/", import.meta.url);
const KUBERNETES = new URL("kubernetes/", DEPLOY);

// deno-lint-ignore no-explicit-any -- a test says what it expects of the documents
type Document = any;

const read = (name: string, at = DEPLOY) => Deno.readTextFile(new URL(name, at));
const dockerfile = await read("../../Dockerfile");

/** The words of an instruction in the Dockerfile that is a list in JSON. */
function words(instruction: string): string[] {
  return JSON.parse(new RegExp(`^ *${instruction} (\\[[^\\]]*\\])`, "m").exec(dockerfile)![1]
    .replaceAll("\\\n", ""));
}

/** The resources that a kustomization names, its own and those of the folders that it builds on. */
async function resourcesOf(folder: URL): Promise<Document[]> {
  const { resources } = parse(await read("kustomization.yaml", folder)) as Document;
  const all = resources.map(async (name: string) =>
    name.endsWith(".yaml")
      ? parseAll(await read(name, folder))
      : await resourcesOf(new URL(`${name}/`, folder))
  );
  return (await Promise.all(all)).flat();
}

const resources = await resourcesOf(new URL("embedders/", KUBERNETES));
const ofKind = (kind: string) => resources.filter((resource) => resource.kind === kind);

Deno.test("Dockerfile: runs as nobody, from pinned parts, and may write its volume and /tmp alone", async () => {
  assert(/^USER 10001:10001$/m.test(dockerfile) && /^VOLUME \/data$/m.test(dockerfile));
  const entry = words("ENTRYPOINT");
  assert(entry.includes("--allow-write=/data,/tmp") && !entry.includes("-A"));
  assertEquals(entry.at(-1), "main.ts");
  const deno = await read("../../docs/deploy/image/deno.txt");
  assertEquals(deno.match(/^\S+==\S+/gm)?.length, 1);
  assert(dockerfile.includes("--require-hashes"));
});

Deno.test("Dockerfile: the context has what it copies, and no more", async () => {
  const ignored = (await read("../../.dockerignore")).split("\n");
  const sent = new Set(ignored.filter((line) => line[0] === "!").map((line) => line.slice(1)));
  const copied = Array.from(dockerfile.matchAll(/^COPY (?!--)(.*) \S+$/gm), ([, paths]) => paths)
    .flatMap((paths) => paths.split(" "));
  const within = (path: string, parent: string) => `${path}/`.startsWith(`${parent}/`);
  assert(ignored.includes("*"));
  for (const path of copied) assert([...sent].some((one) => within(path, one)), `lacks ${path}`);
  for (const one of sent) assert(copied.some((path) => within(path, one)), `sends ${one} in vain`);
});

Deno.test("compose.yaml: as narrow as the image allows, checked as the image is", async () => {
  const { services: { lookalike } } = parse(await read("compose.yaml")) as Document;
  assertEquals(lookalike.read_only, true);
  assertEquals(lookalike.cap_drop, ["ALL"]);
  assertEquals(lookalike.security_opt, ["no-new-privileges:true"]);
  assertEquals(lookalike.healthcheck.test.slice(1), words("CMD"));
  assertEquals(readConfig(lookalike.environment).warnings, []);
  const { config } = readConfig(lookalike.environment);
  assertGreater(parseInt(lookalike.stop_grace_period), config!.drainSeconds);
});

Deno.test("kubernetes: every pod is as narrow, with settings that are, and has time to drain", () => {
  const deployments = ofKind("Deployment");
  assertEquals(deployments.length, 2);
  for (const { spec: { template: { spec } } } of deployments) {
    const [container] = spec.containers;
    assertEquals(container.securityContext, {
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
    });
    assertEquals([spec.securityContext.runAsNonRoot, spec.securityContext.runAsUser], [
      true,
      10001,
    ]);
    assertEquals(spec.enableServiceLinks, false); // LOOKALIKE_PORT=tcp://… would stop it

    const environment = Object.fromEntries(
      container.env.map(({ name, value }: { name: string; value: string }) => [name, value]),
    );
    const { config, warnings } = readConfig(environment);
    assertEquals(warnings, []);
    const [, delay] = container.lifecycle.preStop.exec.command;
    assertGreater(spec.terminationGracePeriodSeconds, Number(delay) + config!.drainSeconds);

    const ports = Object.fromEntries(
      container.ports.map(({ name, containerPort }: Document) => [name, containerPort]),
    );
    assertEquals(ports, { http: config!.port, probes: config!.probePort });
    const probes = ["startupProbe", "livenessProbe", "readinessProbe"].map((name) =>
      container[name].httpGet
    );
    assertEquals(probes.map(({ path }) => path), ["/livez", "/livez", "/readyz"]);
    assert(probes.every(({ port }) => port === "probes"));

    const mounted = container.volumeMounts.map(({ name }: { name: string }) => name).toSorted();
    assertEquals(mounted, spec.volumes.map(({ name }: { name: string }) => name).toSorted());
  }
});

Deno.test("kubernetes: what is named is there", async () => {
  const names = (kind: string) => ofKind(kind).map(({ metadata }) => metadata.name);
  const claimed = ofKind("Deployment").flatMap(({ spec }) => spec.template.spec.volumes)
    .flatMap(({ persistentVolumeClaim: claim }) => claim?.claimName ?? []);
  for (const claim of claimed) assert(names("PersistentVolumeClaim").includes(claim), claim);
  const [{ spec: { scaleTargetRef, metrics: [{ pods: { metric } }] } }] = ofKind(
    "HorizontalPodAutoscaler",
  );
  assert(names("Deployment").includes(scaleTargetRef.name));
  assert((await read("../../routes/metrics/current_metrics.ts")).includes(`"${metric.name}"`));
  const secret = parse(await read("secret.example.yaml", KUBERNETES)) as Document;
  const used = ofKind("Deployment").flatMap(({ spec }) => spec.template.spec.volumes)
    .flatMap(({ secret }) => secret?.secretName ?? []);
  assertEquals(new Set(used), new Set([secret.metadata.name]));
});
