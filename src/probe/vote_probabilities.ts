/**
 * Probabilities from the votes of nearest neighbours: each class's share, once one vote of the nearest
 * neighbour's weight is spread over all classes (Laplace's rule), so that a class that no neighbour
 * has is improbable rather than impossible.
 *
 * @param votes float64 `[N, C]`, in units of the nearest neighbour's, as `knnVotes` gives them.
 * @param classes C.
 * @returns float32 `[N, C]`; rows sum to 1, and the order of the classes is that of the votes.
 */
export function voteProbabilities(
  votes: Float64Array,
  classes: number,
): Float32Array<ArrayBuffer> {
  const probabilities = new Float32Array(votes.length);
  for (let first = 0; first < votes.length; first += classes) {
    const total = votes.subarray(first, first + classes).reduce((sum, vote) => sum + vote, 1);
    for (let i = first; i < first + classes; i++) {
      probabilities[i] = (votes[i] + 1 / classes) / total;
    }
  }
  return probabilities;
}
