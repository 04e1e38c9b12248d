import type { EncoderArchitecture } from "./architecture.ts";
import type { ProjectionHeadShape } from "./projection_head_shape.ts";
import { headShapes } from "./projection_head.ts";
import { resnetShapes } from "./resnet.ts";

/**
 * How many numbers gradients move.
 *
 * @param architecture The encoder.
 * @param head The projection head, if it is to count.
 * @returns The number of parameters; running statistics are none.
 */
export function parameterCount(
  architecture: EncoderArchitecture,
  head?: ProjectionHeadShape,
): number {
  const shapes = [
    ...resnetShapes(architecture).parameters.values(),
    ...(head ? headShapes(head).parameters.values() : []),
  ];
  return shapes.reduce(
    (sum, shape) => sum + shape.reduce((product, length) => product * length, 1),
    0,
  );
}
