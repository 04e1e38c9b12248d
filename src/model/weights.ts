import {
  disposeVariables,
  type NamedShapes,
  type NamedTensors,
  type NamedVariables,
  pickTensors,
  type StoredTensor,
  toTensors,
  toVariables,
} from "./named_tensors.ts";

/** The weights of a network on the device, by name. */
export interface Weights {
  /** What gradients move. */
  readonly parameters: NamedVariables;
  /** The running statistics of batch norm. */
  readonly state: NamedVariables;
  /** Copies all of it from the device. */
  snapshot(): Promise<NamedTensors>;
  /** Frees its variables. */
  dispose(): void;
}

/** The shapes of a network's weights, by name. */
export interface WeightShapes {
  parameters: NamedShapes;
  state: NamedShapes;
}

/**
 * Weights with the values that a network begins with.
 *
 * @param shapes Of the weights.
 * @param initial The values of one, by name and shape; called in the order of the shapes.
 * @returns The weights.
 */
export function createWeights(
  shapes: WeightShapes,
  initial: (name: string, shape: number[]) => StoredTensor,
): Weights {
  function* draw(shapes: NamedShapes): Generator<[string, StoredTensor]> {
    for (const [name, shape] of shapes) yield [name, initial(name, shape)];
  }
  return hold(toVariables(draw(shapes.parameters)), toVariables(draw(shapes.state)));
}

/**
 * Weights with the values that {@linkcode Weights.snapshot} gave.
 *
 * @param shapes Of the weights.
 * @param tensors Tensors by name; others among them are left alone.
 * @returns The weights.
 * @throws {LookalikeError} `damaged` if a tensor is missing or of another shape.
 */
export function restoreWeights(shapes: WeightShapes, tensors: NamedTensors): Weights {
  const parameters = pickTensors(shapes.parameters, tensors);
  const state = pickTensors(shapes.state, tensors);
  return hold(toVariables(parameters), toVariables(state));
}

function hold(parameters: NamedVariables, state: NamedVariables): Weights {
  return {
    parameters,
    state,
    snapshot: () => toTensors(new Map([...parameters, ...state])),
    dispose() {
      disposeVariables(parameters);
      disposeVariables(state);
    },
  };
}
