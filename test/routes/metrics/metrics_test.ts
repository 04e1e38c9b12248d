import { assert, assertEquals, assertMatch } from "@std/assert";
import { watchEventLoop } from "../../../routes/metrics/event_loop.ts";
import { createMetrics } from "../../../routes/metrics/metrics.ts";
import { newJobId } from "../../../src/jobs/new_job_id.ts";
import { startTensorFlow, tf } from "../../../src/tensorflow/mod.ts";
import { picture64 } from "../pictures.ts";
import { type ParsedMetrics, parseMetrics } from "./parse_metrics.ts";
import { startService, type TestService } from "../service.ts";

async function scraped(service: TestService): Promise<ParsedMetrics> {
  const response = await service.ask("/metrics");
  assertEquals(response.status, 200);
  assertMatch(response.headers.get("Content-Type") ?? "", /^text\/plain; version=0\.0\.4/);
  return parseMetrics(await response.text());
}

Deno.test("metrics: requests, stages, batches and images, counted where they happen", async () => {
  await using service = await startService();
  const input = await Promise.all([1, 2, 3].map((shade) => picture64([shade, 0, 0])));
  assertEquals(
    (await service.json("POST", "/v1/embeddings", { model: "colours", input })).status,
    200,
  );
  await service.json("POST", "/v1/embeddings", { model: "colours", input: "" });
  await service.json("POST", "/v1/embeddings", { model: "dogs", input });
  const { value } = await scraped(service);
  const route = "/v1/embeddings";
  const answered = (status: string) =>
    value("lookalike_http_requests_total", { method: "POST", route, status });
  assertEquals([answered("200"), answered("400"), answered("404")], [1, 1, 1]);
  assertEquals(
    value("lookalike_http_request_duration_seconds_count", { method: "POST", route }),
    3,
  );
  const model = "colours@2";
  const stages = ["decode", "queue", "inference"].map((stage) =>
    value("lookalike_stage_duration_seconds_count", { stage, model })
  );
  const batches = value("lookalike_batch_size_images_count", { model });
  assertEquals(stages, [4, 3, batches]); // an image that cannot be read was tried
  assertEquals(value("lookalike_batch_size_images_sum", { model }), 3);
  const of = { model, layer: "0" };
  const outcome = (outcome: string) => value("lookalike_images_total", { ...of, outcome });
  assertEquals([outcome("embedded"), outcome("refused"), outcome("dropped")], [3, 0, 1]);
  assertEquals(value("lookalike_queue_depth_images", of), 0);
  assertEquals(value("lookalike_encoders_loaded"), 1);
  assertEquals(value("lookalike_decoder_images_total"), 3);
});

Deno.test("metrics: what the service holds now", async () => {
  await using service = await startService();
  const { json } = service;
  for (const name of ["a", "b"]) {
    await service.collections.create(name, { encoder: null, dimension: 2 });
    const items = ["x", "y"].map((id) => ({ id, vector: Float32Array.of(3, 4) }));
    await service.collections.upsert(name, { encoder: null, items });
  }
  const request = {
    ...{ kind: "pretraining" as const, source: { collection: "a" }, name: "x" },
    ...{ preset: null, configuration: {}, from: null, promote: null },
  };
  service.jobs.store.add({ id: newJobId("pretraining"), request, keyId: null }, { most: 1 });
  const { value, names } = await scraped(service);
  assertEquals([value("lookalike_jobs", { status: "queued" }), value("lookalike_job_processes")], [
    1,
    0,
  ]);
  assertEquals([value("lookalike_collections"), value("lookalike_collection_items")], [2, 4]);
  assertEquals(value("lookalike_reembeddings", { status: "running" }), 0);
  assertEquals(value("lookalike_ready"), 1);
  assertEquals(value("lookalike_build_info", { deno: Deno.version.deno }), 1);
  const rss = value("process_resident_memory_bytes");
  assert(rss > 1e7 && rss < 1e12, String(rss));
  assert(Math.abs(value("process_start_time_seconds") - Date.now() / 1000) < 3600);
  assert(value("process_cpu_seconds_total") > 0.01);
  service.phase = "draining";
  const draining = await scraped(service);
  assertEquals(draining.value("lookalike_ready"), 0);
  assertEquals((await json("GET", "/v1/models")).status, 503);
  await service.collections.close();
  const closed = await scraped(service); // the rest is told all the same
  assert(names.has("lookalike_collections") && !closed.names.has("lookalike_collections"));
  assert(closed.names.has("lookalike_ready"));
});

Deno.test("metrics: nobody's text becomes a label, and what does is escaped", async () => {
  await using service = await startService();
  for (let at = 0; at < 20; at++) {
    await (await service.app.request(`/v1/none-${at}`, { method: `METHOD${at}` })).body?.cancel();
    await (await service.app.request(`/v1/models/none-${at}`)).body?.cancel();
  }
  const { samples, text } = await scraped(service);
  assert(!text.includes("none-") && !text.includes("METHOD"));
  const answered = samples.filter(({ name }) => name === "lookalike_http_requests_total");
  assert(answered.length <= 3, JSON.stringify(answered));

  const metrics = createMetrics();
  const model = 'a "quoted"\\\n@1';
  metrics.onBatch({ model, images: 3 });
  metrics.onStage({ model, stage: "queue", seconds: 0.002 });
  const { value } = parseMetrics(await metrics.text(service.services));
  assertEquals(value("lookalike_batch_size_images_bucket", { model, le: "2" }), 0);
  assertEquals(value("lookalike_batch_size_images_bucket", { model, le: "4" }), 1);
  const bucket = { stage: "queue", model };
  assertEquals(value("lookalike_stage_duration_seconds_bucket", { ...bucket, le: "0.001" }), 0);
  assertEquals(value("lookalike_stage_duration_seconds_bucket", { ...bucket, le: "0.0025" }), 1);
});

Deno.test("metrics: tensors alive, and none before TensorFlow runs", async () => {
  await using service = await startService();
  const before = await scraped(service);
  const names = ["lookalike_tensors", "lookalike_tensor_bytes"];
  assertEquals(names.map((one) => before.value(one)), [0, 0]);
  await startTensorFlow({ device: "cpu" });
  const [tensors, bytes] = await scraped(service).then(({ value }) =>
    names.map((one) => value(one))
  );
  const tensor = tf.zeros([1000]);
  const { value } = await scraped(service);
  assertEquals(names.map((one) => value(one)), [tensors + 1, bytes + 4000]);
  tensor.dispose();
});

Deno.test("metrics: an event loop that is held up is late", async () => {
  const delays: number[] = [];
  const unwatch = watchEventLoop((seconds) => delays.push(seconds), { everyMs: 5 });
  await new Promise((resolve) => setTimeout(resolve, 200)); // long enough for a busy machine too
  const until = performance.now() + 60;
  while (performance.now() < until);
  await new Promise((resolve) => setTimeout(resolve, 20));
  unwatch();
  const { length } = delays;
  assert(Math.max(...delays) > 0.04 && Math.min(...delays) < 0.04, String(delays));
  await new Promise((resolve) => setTimeout(resolve, 20));
  assertEquals(delays.length, length);
});
