import { random } from "../../../src/random.ts";
import type { TestService } from "../service.ts";

/** The classes of the vectors, by what is largest of red, green and blue. */
export const CLASSES = ["red", "green", "blue"];

/**
 * Noisy vectors, one large number each.
 *
 * @param count N; the classes in turn.
 * @param seed Which noise is drawn.
 * @returns float32 `[3]` each, and what they are.
 */
export function colourVectors(count: number, seed = 1) {
  const source = random(seed);
  return Array.from({ length: count }, (_, at) => {
    const vector = Float32Array.from(
      { length: 3 },
      (_, axis) => (axis === at % 3 ? 1 : 0.3) + 0.2 * source.next(),
    );
    return { vector, label: CLASSES[at % 3] };
  });
}

/**
 * Fills a collection with labelled vectors of `colours@2`.
 *
 * @param service Where to.
 * @param options Its name, how many items it has, and how many of them have a label.
 */
export async function addVectors(
  { collections }: TestService,
  { name = "pictures", count = 60, labelled = count }: {
    name?: string;
    count?: number;
    labelled?: number;
  } = {},
): Promise<void> {
  await collections.create(name, { encoder: "colours@2", dimension: 3 });
  const items = colourVectors(count).map(({ vector, label }, at) => ({
    id: `${at}`,
    vector,
    label: at < labelled ? label : null,
  }));
  await collections.upsert(name, { encoder: "colours@2", items });
}
