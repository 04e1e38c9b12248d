import { z } from "zod";

const resultSchema = z.strictObject({
  /** Labels of each class. */
  perClass: z.int(),
  seed: z.int(),
  /** Which way of learning from them. */
  way: z.string(),
  /** Share of test images that are recognised. */
  accuracy: z.number(),
  seconds: z.number(),
});

/** What one way reached with one choice of labels. */
export type Result = z.infer<typeof resultSchema>;

/** Results in a file, a line each, so that a bench that is stopped goes on. */
export interface Results {
  readonly all: readonly Result[];
  /** Writes one more at the end of the file. */
  add(result: Result): Promise<void>;
}

/**
 * Opens a file of results; it need not be there. Half a line, as a kill leaves one, is cut off.
 *
 * @param path The file.
 * @param about What every result depends on beside its own fields: the file's first line, which must
 * be the same when the bench goes on.
 * @returns The results.
 * @throws {Error} If the file is of another encoder, other images or other settings.
 */
export async function openResults(path: string, about: object): Promise<Results> {
  const text = await Deno.readTextFile(path).catch((error) => {
    if (error instanceof Deno.errors.NotFound) return "";
    throw error;
  });
  const lines = text.split("\n").slice(0, -1); // the last is empty, or cut short
  const first = JSON.stringify(about);
  if (lines.length === 0) lines.push(first);
  if (lines[0] !== first) {
    throw new Error(`Cannot go on with ${path} as it must begin with ${first}: it is ${lines[0]}.`);
  }
  await Deno.writeTextFile(path, lines.map((line) => `${line}\n`).join(""));
  const all = lines.slice(1).map((line) => resultSchema.parse(JSON.parse(line)));
  return {
    all,
    async add(result) {
      await Deno.writeTextFile(path, `${JSON.stringify(result)}\n`, { append: true });
      all.push(result);
    },
  };
}
