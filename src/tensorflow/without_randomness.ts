import { LookalikeError } from "../errors.ts";

/**
 * Calls a function while `Math.random` is out of reach. TensorFlow.js draws its random tensors and
 * their seeds in JavaScript: in a trace they would be drawn once and frozen.
 *
 * @param name What is traced, for the error.
 * @param fn The function.
 * @returns What it returns.
 * @throws {LookalikeError} `not_traceable`, naming the op that drew, if it draws.
 */
export function withoutRandomness<Result>(name: string, fn: () => Result): Result {
  const original = Math.random;
  Math.random = () => {
    const op = drawingOp(new Error().stack ?? "");
    throw new LookalikeError(
      "not_traceable",
      `Cannot compile ${name} as ${op} draws without a seed: its numbers would be frozen at the ` +
        "trace. Use randomUniform or randomNormal of src/tensorflow with a seed tensor.",
    );
  };
  try {
    return fn();
  } finally {
    Math.random = original;
  }
}

/** The outermost op of TensorFlow.js on the stack: its functions end in `_`, as in `dropout_`. */
function drawingOp(stack: string): string {
  const ops = [...stack.matchAll(/at (?:Object\.)?(\w+?)_ \(/g)];
  const outermost = ops.at(-1)?.[1];
  return outermost ? `tf.${outermost}` : "Math.random";
}
