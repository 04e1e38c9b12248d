import { join } from "node:path";
import { LookalikeError } from "../../src/errors.ts";
import { type JudgedImages, type TrainedNetwork, trainNetwork } from "./train_network.ts";
import type { TrainingOptions } from "./training_options.ts";
import { type UnlabelledImages, unlabelledTerm } from "./unlabelled_images.ts";

/**
 * Self-distillation (arXiv 2006.10029 §2): a teacher learns from the labels, says once what each
 * unlabelled image is, and a student that begins where the teacher did learns from both.
 *
 * Steps are the teacher's, then as many of the student's. Each keeps checkpoints in a folder of its
 * own, so that what is done is not done again.
 *
 * @param options What both are trained on and how, the unlabelled images, and what the student is
 * asked about at its end.
 * @returns The student; its losses after its teacher's.
 * @throws {LookalikeError} `invalid_input` if the unlabelled images are of another side than the
 * network's; or as `trainClassifier` does.
 */
export async function distil(
  options: TrainingOptions & { unlabelled: UnlabelledImages; judged: JudgedImages },
): Promise<TrainedNetwork> {
  const { unlabelled, judged } = options;
  const { images } = unlabelled;
  unlabelledTerm(unlabelled, null); // refuses what cannot be, before the teacher has learnt
  if (images.side !== judged.side) throw otherSide(images.side, judged.side);
  const teacher = await trainNetwork({
    ...partOf(options, "teacher"),
    unlabelled: null,
    judged: images,
  });
  const student = await trainNetwork({
    ...partOf(options, "student"),
    unlabelled: unlabelledTerm(unlabelled, teacher.probabilities),
    judged,
  });
  return { ...student, losses: [...teacher.losses, ...student.losses] };
}

/** What one of the two takes, so that together they look like one training of twice the steps. */
function partOf(options: TrainingOptions, part: "teacher" | "student"): TrainingOptions {
  const { checkpoints, onProgress } = options;
  const shift = (step: number, totalSteps: number) => part === "teacher" ? step : totalSteps + step;
  return {
    ...options,
    checkpoints: checkpoints && {
      ...checkpoints,
      folder: join(checkpoints.folder, part),
      onSaved: (step, totalSteps) => checkpoints.onSaved?.(shift(step, totalSteps), 2 * totalSteps),
    },
    onProgress: onProgress && ((progress) => {
      const { step, totalSteps } = progress;
      onProgress({ ...progress, step: shift(step, totalSteps), totalSteps: 2 * totalSteps });
    }),
  };
}

function otherSide(side: number, wanted: number): LookalikeError {
  return new LookalikeError(
    "invalid_input",
    `Cannot distil as unlabelled images must have the network's side of ${wanted} pixels: theirs ` +
      `is ${side}.`,
    { param: "unlabelled" },
  );
}
