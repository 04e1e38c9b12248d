import type { ClassScores } from "../../src/probe/most_probable.ts";

/** A way of classifying the test images, to be measured. */
export interface Subject {
  /** Such as `encoder` or `from scratch`. */
  name: string;
  /** Whether anything in it is drawn; if not, one seed tells all. */
  isDrawn: boolean;
  /**
   * Learns from the training images and classifies the test images.
   *
   * @param seed What is drawn is a function of it.
   * @returns `[M, C]`, the larger the likelier.
   */
  scores(seed: number): Promise<ClassScores>;
}
