import * as tf from "@tensorflow/tfjs";
import { compile } from "./compile.ts";
import { toFloat } from "./kernels/casts.ts";
import { conv2d } from "./kernels/convolution.ts";
import type { Precision } from "./precision.ts";

/** Runs of each, in turn; the fastest counts, since other work on the machine only slows. */
const RUNS = 4;
/** Numbers in the images of the measure, whatever their channels: enough to outweigh the calls. */
const NUMBERS = 2 ** 21;
const SIDE = 16;

/**
 * Measures whether convolutions and their gradients are faster in bfloat16 on this device: they are
 * where the processor has AMX or AVX512-BF16, or the GPU tensor cores, and much slower elsewhere.
 * Takes about a second on two cores.
 *
 * @param options Channels of the first convolution, such as the stem's 64·width; the second, of
 * stride 2, has twice as many.
 * @returns The faster precision.
 */
export async function fasterPrecision(options: { channels?: number } = {}): Promise<Precision> {
  const { channels = 64 } = options;
  const images = Math.ceil(NUMBERS / (SIDE * SIDE * channels));
  const inputs = [
    tf.zeros([images, SIDE, SIDE, channels]),
    tf.zeros([3, 3, channels, channels]),
    tf.zeros([3, 3, channels, 2 * channels]),
  ];
  const timer = (precision: Precision) => {
    const layers = (x: tf.Tensor, first: tf.Tensor, second: tf.Tensor) => {
      const y = conv2d(x as tf.Tensor4D, first as tf.Tensor4D, { precision });
      return tf.sum(toFloat(conv2d(y, second as tf.Tensor4D, { stride: 2, precision })));
    };
    return compile((...inputs: tf.Tensor[]) => tf.tidy(() => tf.grads(layers)(inputs)), {
      name: `measure ${precision}`,
    });
  };
  const timers = { float32: timer("float32"), bfloat16: timer("bfloat16") };
  const best = { float32: Infinity, bfloat16: Infinity };
  for (let run = 0; run <= RUNS; run++) {
    for (const precision of ["float32", "bfloat16"] as const) {
      const start = performance.now();
      const gradients = await timers[precision](...inputs);
      await gradients[0].data(); // on a GPU the call may return before the device is done
      tf.dispose(gradients);
      const milliseconds = performance.now() - start;
      if (run > 0) best[precision] = Math.min(best[precision], milliseconds); // the first compiles
    }
  }
  tf.dispose(inputs);
  Object.values(timers).forEach((timer) => timer.dispose());
  return best.bfloat16 < best.float32 ? "bfloat16" : "float32";
}
