import { z } from "zod";
import { LookalikeError } from "../errors.ts";

/** The sizes of a projection head, as a manifest keeps them: enough to build it again. */
export const projectionHeadShapeSchema = z.strictObject({
  /** F, the length of h. */
  input: z.int().positive(),
  /** The length of each layer's result, first to last: none, one (linear) or more (nonlinear). */
  layers: z.array(z.int().positive()),
});

/** The sizes of a projection head; {@link projectionHeadShapeSchema} describes each field. */
export type ProjectionHeadShape = z.infer<typeof projectionHeadShapeSchema>;

/** A projection head in the paper's words (arXiv 2002.05709 §4.2). */
export interface ProjectionHeadOptions {
  /** `none` is z = h, `linear` one layer, `nonlinear` several with relu between; nonlinear unless told. */
  kind?: "none" | "linear" | "nonlinear";
  /** F, the length of h. */
  input: number;
  /** Layers of a nonlinear head; 2 unless told. */
  layers?: number;
  /** The width of a nonlinear head's hidden layers; F unless told, as in the paper. */
  width?: number | null;
  /** The length of z, where there is a layer. */
  output: number;
}

/**
 * The shape of a projection head.
 *
 * @param options Its kind and sizes.
 * @returns The length of each layer's result.
 * @throws {LookalikeError} `invalid_input` if a nonlinear head has fewer than 2 layers.
 *
 * @example
 * ```ts
 * import { projectionHeadShape } from "./projection_head_shape.ts";
 * const shape = projectionHeadShape({ kind: "nonlinear", input: 512, layers: 3, output: 128 });
 * console.assert(shape.layers.join() === "512,512,128");
 * ```
 */
export function projectionHeadShape(options: ProjectionHeadOptions): ProjectionHeadShape {
  const { kind = "nonlinear", input, layers = 2, width, output } = options;
  if (kind === "none") return { input, layers: [] };
  if (kind === "linear") return { input, layers: [output] };
  if (!Number.isInteger(layers) || layers < 2) {
    throw new LookalikeError(
      "invalid_input",
      "Cannot build a nonlinear head as the number of its layers must be a whole number from 2 up: " +
        `it is ${layers}.`,
      { param: "projectionLayers" },
    );
  }
  return { input, layers: [...new Array<number>(layers - 1).fill(width ?? input), output] };
}
