import { z } from "@hono/zod-openapi";
import {
  checkFilter,
  type Filter,
  MOST_CONDITIONS,
  MOST_DEPTH,
  MOST_VALUES,
} from "../../src/collections/filter.ts";
import { LookalikeError } from "../../src/errors.ts";

const value = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const bound = z.union([z.number(), z.string()]);

const conditionSchema = z.strictObject({
  field: z.string().max(1024).regex(/^(id|label|metadata(\.[^.]+)+)$/).openapi({
    description: "`id`, `label`, or `metadata.` and names with dots between.",
  }),
  eq: value.optional().openapi({ description: "It is this value." }),
  in: z.array(value).max(MOST_VALUES).optional().openapi({ description: "It is one of these." }),
  gt: bound.optional().openapi({
    description: "It is greater, of numbers, or of strings by code point; so are the next three.",
  }),
  gte: bound.optional(),
  lt: bound.optional(),
  lte: bound.optional(),
  contains: value.optional().openapi({ description: "It is a list that has this value." }),
  exists: z.boolean().optional().openapi({ description: "Whether it is there at all." }),
}).openapi("Condition", {
  minProperties: 2,
  description:
    "What one field must be; all that is said must hold. Of a field that an item lacks nothing " +
    "holds, except `exists: false`.",
  example: { field: "metadata.taken", gte: 2020, lt: 2025 },
});

const several = () => z.array(nestedFilter).max(MOST_CONDITIONS);
const nestedFilter: z.ZodType<Filter> = z.lazy(() =>
  z.union([
    conditionSchema,
    z.strictObject({ and: several() }),
    z.strictObject({ or: several() }),
    z.strictObject({ not: nestedFilter }),
  ])
).openapi("Filter", {
  description:
    "Which items may be found: a condition, or filters joined by `and`, `or` and `not`, at most " +
    `${MOST_DEPTH} deep and with ${MOST_CONDITIONS} conditions. \`and\` of nothing is all items, ` +
    "`or` of nothing none.",
  example: {
    and: [
      { field: "label", in: ["cat", "dog"] },
      { not: { field: "metadata.camera", eq: "north" } },
    ],
  },
});

/**
 * Which items are meant, in a request. It is checked before zod follows it, so that none is too deep
 * for the stack, and so that what is said to be wrong is what the caller meant: a union would say
 * what is wrong as each of its kinds.
 */
export const filterSchema = z.preprocess((given, context) => {
  try {
    checkFilter(given, "filter");
    return given;
  } catch (error) {
    if (!(error instanceof LookalikeError)) throw error;
    context.addIssue({ code: "custom", ...placeAndReason(error) });
    return z.NEVER;
  }
}, nestedFilter);

/** `Cannot take filter.and[1].gt as it must be …: it is ….` → the path in the filter, and `must be …`. */
function placeAndReason({ param = "", message }: LookalikeError) {
  const [, ...steps] = param.split(/[.[\]]+/).filter((step) => step !== "");
  const path = steps.map((step) => /^\d+$/.test(step) ? Number(step) : step);
  const reason = message.slice(`Cannot take ${param} as `.length, -1);
  return { path, message: reason.replace(/^it /, "") };
}
