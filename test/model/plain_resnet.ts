import { tf } from "../../src/tensorflow/mod.ts";

/**
 * ResNet-18 as torchvision's `forward` reads, in inference, of TensorFlow.js's ops alone: what
 * src/model/resnet.ts must equal.
 *
 * @param x float32 `[N, H, W, 3]`.
 * @param tensors Parameters and running statistics by torchvision's names.
 * @returns h, `[N, F]`.
 */
export function plainResnet(x: tf.Tensor4D, tensors: Map<string, tf.Tensor>): tf.Tensor2D {
  const convolve = (x: tf.Tensor4D, name: string, stride = 1) => {
    const filter = tensors.get(`${name}.weight`) as tf.Tensor4D;
    const side = Math.floor(filter.shape[0] / 2);
    const padded = tf.pad(x, [[0, 0], [side, side], [side, side], [0, 0]]);
    return tf.conv2d(padded as tf.Tensor4D, filter, stride, "valid");
  };
  const norm = (x: tf.Tensor4D, name: string) => {
    const get = (part: string) => tensors.get(`${name}.${part}`)!;
    return x.sub(get("running_mean")).div(get("running_var").add(1e-5).sqrt())
      .mul(get("weight")).add(get("bias")) as tf.Tensor4D;
  };
  const basicBlock = (x: tf.Tensor4D, name: string, stride: number) => {
    let out = tf.relu(norm(convolve(x, `${name}.conv1`, stride), `${name}.bn1`));
    out = norm(convolve(out, `${name}.conv2`), `${name}.bn2`);
    const identity = tensors.has(`${name}.downsample.0.weight`)
      ? norm(convolve(x, `${name}.downsample.0`, stride), `${name}.downsample.1`)
      : x;
    return tf.relu(out.add(identity)) as tf.Tensor4D;
  };
  return tf.tidy(() => {
    let y = tf.relu(norm(convolve(x, "conv1"), "bn1")) as tf.Tensor4D;
    for (const layer of [1, 2, 3, 4]) {
      y = basicBlock(y, `layer${layer}.0`, layer === 1 ? 1 : 2);
      y = basicBlock(y, `layer${layer}.1`, 1);
    }
    return y.mean([1, 2]) as tf.Tensor2D;
  });
}
