import { assert, assertEquals } from "@std/assert";
import fc from "fast-check";
import { checkFilter } from "../../../src/collections/filter.ts";
import { filterSchema } from "../../../routes/collections/filter_schema.ts";

const value = fc.oneof(
  fc.string(),
  fc.double({ noDefaultInfinity: true, noNaN: true }),
  fc.boolean(),
  fc.constant(null),
);
const field = fc.oneof(
  fc.constantFrom(
    "id",
    "label",
    "metadata.a",
    "metadata.a.b",
    "metadata.é",
    "metadata",
    "size",
    "",
  ),
  fc.string().map((name) => `metadata.${name}`),
);
const bound = fc.oneof(fc.string(), fc.double({ noDefaultInfinity: true, noNaN: true }), value);
const condition = fc.record({
  field,
  eq: value,
  in: fc.array(value, { maxLength: 3 }),
  gt: bound,
  gte: bound,
  lt: bound,
  lte: bound,
  contains: value,
  exists: fc.oneof(fc.boolean(), fc.jsonValue()),
}, { requiredKeys: [] });
const { filter } = fc.letrec<{ filter: unknown }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 4 },
    condition,
    fc.jsonValue(),
    fc.record({ and: fc.array(tie("filter"), { maxLength: 3 }) }),
    fc.record({ or: fc.array(tie("filter"), { maxLength: 3 }) }),
    fc.record({ not: tie("filter") }),
    fc.record({ not: tie("filter"), field }),
  ),
}));

Deno.test("filter: the schema takes what can be applied, as it is, and nothing else", () => {
  const seen = { taken: 0, refused: 0 };
  fc.assert(
    fc.property(filter, (given) => {
      const json = JSON.parse(JSON.stringify(given) ?? "null");
      const parsed = filterSchema.safeParse(json);
      seen[parsed.success ? "taken" : "refused"]++;
      assertEquals(parsed.success, applicable(json), parsed.error?.message);
      if (parsed.success) assertEquals(parsed.data, json);
    }),
    { numRuns: 2000 },
  );
  assert(seen.taken > 100 && seen.refused > 100, JSON.stringify(seen));
});

function applicable(filter: unknown): boolean {
  try {
    checkFilter(filter);
    return true;
  } catch {
    return false;
  }
}

Deno.test("filter: what is wrong is told where it is", () => {
  const label = { field: "label", eq: "cat" };
  const cases: [filter: unknown, path: string, message: RegExp][] = [
    ["label", "", /^must be a condition, or one of and, or and not: /],
    [{ and: [label, { field: "size", eq: 1 }] }, "and.1.field", /^must be "id", "label" or /],
    [
      { and: [label, { or: [{ not: { field: "id" } }] }] },
      "and.1.or.0.not",
      /^must have one of eq/,
    ],
    [{ or: label }, "or", /^must be a list of filters/],
    [{ field: "label", gt: true }, "gt", /^must be a number or a string: it is true/],
    [{ field: "label", in: ["a", {}] }, "in.1", /^must be a string, a number, /],
    [{ field: "label", equals: 1 }, "", /^must have only field, eq, /],
    [{ ...label, and: [] }, "", /^and must stand alone/],
  ];
  for (const [filter, path, message] of cases) {
    const [issue] = filterSchema.safeParse(filter).error!.issues;
    assertEquals(issue.path.join("."), path, JSON.stringify(filter));
    assert(message.test(issue.message), issue.message);
  }
});

Deno.test("filter: one too deep, too wide or too long is refused without a stack that overflows", () => {
  const deep = (depth: number) => {
    let filter: unknown = { field: "id", eq: "a" };
    for (let level = 1; level < depth; level++) filter = { not: filter };
    return filter;
  };
  const wide = (count: number) => ({ or: Array(count).fill({ field: "id", eq: "a" }) });
  const long = (count: number) => ({ field: "id", in: Array(count).fill("a") });
  for (const [make, most] of [[deep, 16], [wide, 256], [long, 10_000]] as const) {
    assert(filterSchema.safeParse(make(most)).success, make.name);
    assert(!filterSchema.safeParse(make(most + 1)).success, make.name);
  }
  assert(!filterSchema.safeParse(deep(200_000)).success);
});
