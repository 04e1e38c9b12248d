import * as tf from "@tensorflow/tfjs";
import { compile } from "./compile.ts";
import { conv2d } from "./kernels/convolution.ts";
import { toFloat } from "./kernels/casts.ts";
import type { Precision } from "./precision.ts";

/** Runs of each; the fastest counts, since other work on the machine only slows. */
const RUNS = 4;

/**
 * Measures whether a convolution is faster in bfloat16 on this device: it is where the processor has
 * AMX or AVX512-BF16, or the GPU tensor cores, and much slower elsewhere. Takes about half a second.
 *
 * @param options Channels of the convolution, such as the stem's 64·width.
 * @returns The faster precision.
 */
export async function fasterPrecision(options: { channels?: number } = {}): Promise<Precision> {
  const { channels = 64 } = options;
  const x = tf.zeros([64, 16, 16, channels]) as tf.Tensor4D;
  const filter = tf.zeros([3, 3, channels, channels]) as tf.Tensor4D;
  const fastest = async (precision: Precision) => {
    const layers = compile(
      (x: tf.Tensor4D, filter: tf.Tensor4D) =>
        tf.tidy(() => toFloat(conv2d(conv2d(x, filter, { precision }), filter, { precision }))),
      { name: `measure ${precision}` },
    );
    let best = Infinity;
    for (let run = 0; run <= RUNS; run++) {
      const start = performance.now();
      (await layers(x, filter)).dispose();
      if (run > 0) best = Math.min(best, performance.now() - start); // the first compiles
    }
    layers.dispose();
    return best;
  };
  const times = { float32: await fastest("float32"), bfloat16: await fastest("bfloat16") };
  x.dispose();
  filter.dispose();
  return times.bfloat16 < times.float32 ? "bfloat16" : "float32";
}
