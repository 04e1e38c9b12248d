/** Tests that are skipped for one reason. */
export interface Skipped {
  /** Why they cannot pass. */
  reason: string;
  /** How their names begin, each of at least one test. */
  tests: string[];
}

/**
 * What is skipped of tfjs-core's tests. No skip hides a fault of our binding: for the first three
 * reasons a kernel of `@tensorflow/tfjs-node-gpu` fails before the binding is reached, and for the
 * others TensorFlow itself answers so.
 */
export const SKIPPED: Skipped[] = [
  {
    reason: "tfjs-node has no such kernel",
    tests: [
      "bitwiseAnd a bitwiseAnd b",
      "denseBincount",
      "image.transform",
      "lowerBound",
      "maxPoolWithArgmax",
      "raggedGather",
      "raggedRange",
      "raggedTensorToTensor",
      "searchSorted",
      "sparseFillEmptyRows",
      "sparseReshape",
      "sparseSegmentMean",
      "sparseSegmentSum",
      "stringNGrams",
      "stringSplit",
      "stringToHashBucketFast",
      "upperBound",
    ],
  },
  {
    reason: "tfjs-node's kernel takes only the paddings valid and same",
    tests: [
      "avgPool x=[3,3,1] f=[3,3] s=1 p=explicit",
      "avgPool x=[2,2,3] f=[2,2] s=3 p=1",
      "avgPool x=[2,2,3] f=[1,1] s=2 p=1",
      "avgPool gradient x=[3,3,1] f=[3,3] s=1 p=explicit",
      "avgPool3d x=[1,2,2,2,1] f=[2,2,2] s=1 p=1 roundingMode=floor",
      "avgPool3d x=[1,1,1,1,1] f=[2,2,2] s=1 p=2",
      "conv2dTranspose input=3x3x1,d2=1,f=2,s=2,p=explicit",
      "conv2dTranspose gradient input=[1,3,3,1] f=[2,2,2,1] s=[1,1] p=explicit",
      "maxPool x=[3,3,1] f=[3,3] s=1 p=explicit",
      "maxPool x=[2,2,3] f=[2,2] s=3 p=1",
      "maxPool x=[2,2,3] f=[1,1] s=2 p=1",
      "maxPool3d x=[1,2,2,2,1] f=[2,2,2] s=1 p=1 roundingMode=floor",
      "maxPoolBackprop gradient x=[3,3,1] f=3 s=1 p=explicit",
      "pool max x=[3,3,1] f=[3,3] s=1 d=1 p=explicit",
      "pool max x=[3,3,1] f=[3,3] s=3 d=1 p=explicit",
      "pool max x=[2,2,3] f=[1,1] s=2 p=1 fractional outputs default rounding",
      "pool avg x=[3,3,1] f=[3,3] s=1 d=1 p=explicit",
      "pool avg x=[3,3,1] f=[3,3] s=3 d=1 p=explicit",
      "pool avg x=[2,2,3] f=[1,1] s=2 p=1 fractional outputs default rounding",
    ],
  },
  {
    reason: "tfjs-node's fused convolution takes only NHWC",
    tests: [
      "fused conv2d basic in NCHW",
      "fused conv2d batch in NCHW",
      "fused conv2d im2row in NCHW",
    ],
  },
  {
    reason: "TensorFlow's op does not take this element type",
    tests: [
      "diag bool",
      "greater should support string comparison",
      "greaterEqual should support string comparison",
      "leakyrelu int32",
      "less should support string comparison",
      "lessEqual should support string comparison",
      "step kernel with int32 tensor",
    ],
  },
  {
    reason: "TensorFlow refuses what TensorFlow.js takes: a shape that does not fit, a negative " +
      "size, a convolution that oneDNN has no way to compute",
    tests: [
      "avgPool3d x=[1,1,1,1,1] f=[1,1,3] s=1 p=valid",
      "conv2dTranspose input=8x8x8,output=4x4x8,f=8,s=1,inDepth=8,p=same vec4",
      "scatterND should work for 2d",
      "scatterND should work for simple 1d",
      "scatterND should work for multiple 1d",
      "scatterND should sum the duplicated indices",
      "scatterND should work for tensorLike input",
    ],
  },
  {
    reason:
      "TensorFlow answers otherwise: sign(NaN) is NaN, NaNs differ from each other, a trace " +
      "by einsum is computed, a seed begins a stream once, tan of 1e9 has its own rounding, and " +
      "Round of int32 is 0 in 2.21 (a fault, in Python too)",
    tests: [
      "einsum 2d matrix calculate trace: duplicate axes not implemented yet",
      "einsum nonexistent dimension throws error",
      "multinomial creates the same data given the same seed",
      "round int32",
      "sign accepts a tensor-like object",
      "sign basic",
      "sign does not propagate NaNs",
      "tan numbers exceed float32 precision",
      "unique 1d tensor with NaN and Infinity",
    ],
  },
];
