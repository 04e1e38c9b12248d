/**
 * TensorFlow.js with the kernels of `@tensorflow/tfjs-node-gpu` on TensorFlow's C library, through
 * Deno's FFI. The only room that knows TensorFlow; everything else imports from here.
 *
 * @module
 */
export * as tf from "@tensorflow/tfjs";
export { compile, type Compiled, type CompileOptions, type TensorTree } from "./compile.ts";
export { type EventFile, openEventFile } from "./event_file.ts";
export { fasterPrecision } from "./faster_precision.ts";
export { type Affine, batchNormInference, batchNormTraining } from "./kernels/batch_norm.ts";
export { toBfloat16, toFloat } from "./kernels/casts.ts";
export { hsvToRgb, rgbToHsv } from "./kernels/colour.ts";
export { conv2d } from "./kernels/convolution.ts";
export { l2Norm } from "./kernels/l2_norm.ts";
export { maxPool } from "./kernels/max_pool.ts";
export { op, opWithOutputs } from "./kernels/op.ts";
export { randomNormal, randomUniform } from "./kernels/random.ts";
export { relu } from "./kernels/relu.ts";
export { gatherRows, partitionRows, stitchRows, topK, uint8Tensor } from "./kernels/rows.ts";
export { singularValues } from "./kernels/singular_values.ts";
export { softmaxCrossEntropy } from "./kernels/softmax_cross_entropy.ts";
export { stopGradient } from "./kernels/stop_gradient.ts";
export type { Precision } from "./precision.ts";
export { type Runtime, startTensorFlow, type TensorFlowOptions } from "./start.ts";
