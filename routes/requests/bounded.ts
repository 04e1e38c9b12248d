import { z } from "@hono/zod-openapi";

/**
 * A list of so many things at most, where a longer one is refused before its things are looked at:
 * a body of many megabytes may hold millions.
 *
 * @param item What each thing must be.
 * @param options.max The most there may be.
 * @param options.min The least.
 * @returns The schema.
 */
export function boundedList<Item extends z.ZodType>(
  item: Item,
  { max, min = 1 }: { max: number; min?: number },
) {
  const refuse = (length: number, context: z.RefinementCtx) => {
    context.addIssue({
      code: "custom",
      message: `must have ${min} to ${max} entries: it has ${length}`,
    });
    return z.NEVER;
  };
  return z.preprocess(
    (value, context) => {
      const wrong = Array.isArray(value) && (value.length > max || value.length < min);
      return wrong ? refuse(value.length, context) : value;
    },
    z.array(item).min(min).max(max),
  );
}
