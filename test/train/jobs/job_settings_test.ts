import { assertEquals, assertThrows } from "@std/assert";
import { LookalikeError } from "../../../src/errors.ts";
import { readJobSettings } from "../../../train/jobs/job_settings.ts";

Deno.test("a job takes half the cores and half of a GPU's memory, unless told", () => {
  assertEquals(readJobSettings({}, { cores: 5 }), {
    device: "auto",
    precision: "float32",
    threads: 2,
    memoryShare: 0.5,
    mostSteps: 1_000_000,
    checkpointEvery: 10,
  });
  assertEquals(readJobSettings({ LOOKALIKE_JOB_THREADS: "0" }, { cores: 1 }).threads, 1);
  const told = {
    LOOKALIKE_DEVICE: "cuda",
    LOOKALIKE_PRECISION: "auto",
    LOOKALIKE_JOB_THREADS: "7",
    LOOKALIKE_JOB_DEVICE_SHARE: "100",
    LOOKALIKE_JOB_STEPS: "500",
    LOOKALIKE_JOB_CHECKPOINT_SECONDS: "60",
  };
  assertEquals(readJobSettings(told, { cores: 2 }), {
    device: "cuda",
    precision: "auto",
    threads: 7,
    memoryShare: 1,
    mostSteps: 500,
    checkpointEvery: 60,
  });
});

Deno.test("a variable that cannot be is named", () => {
  const wrong = {
    LOOKALIKE_DEVICE: "tpu",
    LOOKALIKE_PRECISION: "float16",
    LOOKALIKE_JOB_THREADS: "-1",
    LOOKALIKE_JOB_DEVICE_SHARE: "0",
    LOOKALIKE_JOB_STEPS: "many",
    LOOKALIKE_JOB_CHECKPOINT_SECONDS: "0.5",
  };
  for (const [name, value] of Object.entries(wrong)) {
    const error = assertThrows(
      () => readJobSettings({ [name]: value }, { cores: 2 }),
      LookalikeError,
    );
    assertEquals(error.param, name);
  }
});
