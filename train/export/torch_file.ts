import { outputFirst } from "../../src/encoders/channel_order.ts";
import {
  encodeSafetensors,
  type NamedTensors,
  type StoredTensor,
} from "../../src/encoders/safetensors.ts";
import { type ExportedNetwork, neededTensors } from "./network.ts";

/** The key in the file's header under which it says what network the tensors make. */
export const NETWORK_KEY = "lookalike";

/**
 * Writes a network as PyTorch reads it: safetensors with torchvision's names and order of axes. The
 * header says what network it is, so that nobody has to guess it from the tensors.
 *
 * Batch norms' `num_batches_tracked` are left out: `load_state_dict(strict=True)` does without.
 *
 * @param network The network.
 * @returns The file's content.
 */
export function encodeTorchFile(network: ExportedNetwork): Uint8Array {
  const { architecture, inputSize, head, layer } = network;
  const description = JSON.stringify({ architecture, inputSize, head, layer });
  return encodeSafetensors(outputFirst(withOffsets(neededTensors(network))), {
    metadata: { format: "pt", [NETWORK_KEY]: description },
  });
}

/** With an offset of zeros for a batch norm that has none, as PyTorch's always have one. */
function withOffsets(tensors: NamedTensors): NamedTensors {
  const offsets = [...tensors].flatMap(([name, { shape }]): [string, StoredTensor][] => {
    const offset = name.replace(/running_mean$/, "bias");
    if (offset === name || tensors.has(offset)) return [];
    return [[offset, { dtype: "float32", shape, data: new Float32Array(shape[0]) }]];
  });
  return new Map([...tensors, ...offsets]);
}
