import type { NamedVariables } from "../../src/model/mod.ts";
import { tf } from "../../src/tensorflow/mod.ts";

/**
 * A variable of zeros beside each parameter.
 *
 * @param parameters By name.
 * @returns Variables of the same shapes and names.
 */
export function zeroSlots(parameters: NamedVariables): NamedVariables {
  return new Map([...parameters].map(([name, parameter]) => {
    const zeros = tf.zeros(parameter.shape);
    const slot = tf.variable(zeros, false);
    zeros.dispose();
    return [name, slot];
  }));
}
