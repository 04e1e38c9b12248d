/** What an evaluation is doing. */
export interface EvaluationProgress {
  /** What is under way: `decoding`, `encoder`, `semi, fine-tuned`, … */
  stage: string;
  /** How many images, or steps of a training, are done. */
  done: number;
  /** Of how many; null while decoding an archive. */
  total: number | null;
}

/** Is told how far an evaluation is. */
export type OnProgress = (progress: EvaluationProgress) => void;
