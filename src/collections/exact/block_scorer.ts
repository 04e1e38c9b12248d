import { compile, type Compiled, tf, topK } from "../../tensorflow/mod.ts";
import type { Selection } from "./selection.ts";

/** The best candidates of one block for each query, by the device's scores, the best first. */
export interface Candidates {
  /** How many there are for each query. */
  each: number;
  /** float32 `[queries, each]`; −∞ from where the selection has no more items. */
  scores: Float32Array;
  /** int32 `[queries, each]`. */
  slots: Int32Array;
}

/** Scores blocks on the device. */
export interface BlockScorer {
  /**
   * Finds the best candidates of a block, off the JavaScript thread.
   *
   * @param selection Of a block that the caller pins.
   * @param options `queries` float32 `[Q, F]` on the device; `atLeast` candidates for each, unless
   * the block is smaller.
   */
  score(
    selection: Selection,
    options: { queries: tf.Tensor2D; atLeast: number },
  ): Promise<Candidates>;
  /** Frees what was compiled. A call under way still ends well. */
  dispose(): void;
}

type Score = Compiled<
  [tf.Tensor2D, tf.Tensor2D, tf.Tensor1D],
  { values: tf.Tensor2D; indices: tf.Tensor2D }
>;

/**
 * A scorer: one compiled function for each power of two of candidates, and in it one trace for each
 * shape of queries and block.
 *
 * @returns The scorer, with nothing compiled yet.
 */
export function createBlockScorer(): BlockScorer {
  const compiled = new Map<number, Score>();

  return {
    async score({ block, bias }, { queries, atLeast }) {
      const each = Math.min(2 ** Math.ceil(Math.log2(atLeast)), block.capacity);
      let score = compiled.get(each);
      if (!score) compiled.set(each, score = compileScore(each));
      const ownBias = bias && tf.tensor1d(bias);
      try {
        const { values, indices } = await score(
          queries,
          block.deviceVectors(),
          ownBias ?? block.deviceBias(),
        );
        try {
          const [scores, slots] = await Promise.all([values.data(), indices.data()]);
          return { each, scores: scores as Float32Array, slots: slots as Int32Array };
        } finally {
          tf.dispose([values, indices]);
        }
      } finally {
        ownBias?.dispose();
      }
    },

    dispose() {
      for (const score of compiled.values()) score.dispose();
      compiled.clear();
    },
  };
}

function compileScore(candidates: number): Score {
  return compile(
    (queries: tf.Tensor2D, vectors: tf.Tensor2D, bias: tf.Tensor1D) => {
      const products = tf.matMul(queries, vectors, false, true); // [Q, capacity]
      return topK(tf.add(products, bias), candidates); // [Q, candidates]
    },
    { name: `best ${candidates} of a block` },
  );
}
