import { random } from "../random.ts";
import { type Precision, relu, tf, toBfloat16, toFloat } from "../tensorflow/mod.ts";
import type { BatchNorm } from "./batch_norm.ts";
import { constant, normal } from "./initial_values.ts";
import {
  disposeVariables,
  type NamedTensors,
  type NamedVariables,
  toVariables,
} from "./named_tensors.ts";

/** The network g, which is thrown away after pretraining. */
export interface ProjectionHead {
  readonly parameters: NamedVariables;
  readonly state: NamedVariables;
  /** Frees its variables. */
  dispose(): void;
}

/** How a head is built. */
export interface ProjectionHeadOptions {
  /** F, the length of h; the hidden layer is as wide, as in the paper. */
  input: number;
  /** The length of z. */
  output: number;
  /** The weights are a function of it. */
  seed: number;
}

/**
 * A nonlinear projection head with random weights (arXiv 2002.05709 §4.2): two layers without bias,
 * batch norm behind each, as in the reference implementation, where the last has no offset.
 *
 * @param options Sizes and seed.
 * @returns The head.
 */
export function createProjectionHead(options: ProjectionHeadOptions): ProjectionHead {
  const { input, output, seed } = options;
  const source = random(seed, 1);
  const tensors: NamedTensors = new Map([
    ["head.0.weight", normal([input, input], { deviation: Math.sqrt(2 / input), source })],
    ["head.bn0.weight", constant([input], 1)],
    ["head.bn0.bias", constant([input], 0)],
    ["head.1.weight", normal([input, output], { deviation: Math.sqrt(1 / input), source })],
    ["head.bn1.weight", constant([output], 1)],
  ]);
  const parameters = toVariables(tensors);
  const state = toVariables(
    new Map([["head.bn0", input] as const, ["head.bn1", output] as const].flatMap((
      [name, width],
    ) => [
      [`${name}.running_mean`, constant([width], 0)] as const,
      [`${name}.running_var`, constant([width], 1)] as const,
    ])),
  );
  return {
    parameters,
    state,
    dispose() {
      disposeVariables(parameters);
      disposeVariables(state);
    },
  };
}

/**
 * The projection z = g(h) (arXiv 2002.05709 §2.1).
 *
 * @param head The network.
 * @param h float32 `[M, F]`.
 * @param options How batch norm normalises, and the precision of matrix products.
 * @returns z, float32 `[M, D]`, not normalised.
 */
export function project(
  head: ProjectionHead,
  h: tf.Tensor2D,
  options: { batchNorm: BatchNorm; precision?: Precision },
): tf.Tensor2D {
  const { batchNorm, precision = "float32" } = options;
  const low = precision === "bfloat16" ? toBfloat16 : <T extends tf.Tensor>(x: T) => x;
  const layer = (x: tf.Tensor2D, index: number) => {
    const weight = head.parameters.get(`head.${index}.weight`) as tf.Tensor2D;
    const y = toFloat(tf.matMul(low(x), low(weight))); // [M, width]
    const [rows, width] = y.shape;
    return batchNorm(tf.reshape(y, [rows, 1, 1, width]), `head.bn${index}`).reshape(
      [rows, width],
    ) as tf.Tensor2D;
  };
  return tf.tidy(() => layer(relu(layer(h, 0)), 1)); // [M, D]
}
