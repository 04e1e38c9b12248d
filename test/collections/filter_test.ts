import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import {
  checkFilter,
  type Condition,
  type Filter,
  type FilteredItem,
  matches,
} from "../../src/collections/filter.ts";
import { LookalikeError } from "../../src/errors.ts";

const item: FilteredItem = {
  id: "a/1",
  label: "cat",
  metadata: {
    year: 2020,
    tags: ["x", 1, null],
    deep: { er: { name: "é" } },
    none: null,
    list: [[1]],
  },
};

function holds(filter: Filter, of: Partial<FilteredItem> = {}): boolean {
  checkFilter(filter);
  return matches(filter)({ ...item, ...of });
}

function refused(filter: unknown, param: string): void {
  const error = assertThrows(() => checkFilter(filter), LookalikeError);
  assertEquals([error.code, error.param], ["invalid_input", param], error.message);
}

Deno.test("filter: each operator, on each kind of field", () => {
  const yes: Condition[] = [
    { field: "id", eq: "a/1" },
    { field: "label", in: ["dog", "cat"] },
    { field: "metadata.year", gte: 2020, lt: 2021 },
    { field: "metadata.year", gt: 2019, lte: 2020 },
    { field: "metadata.deep.er.name", eq: "é", exists: true },
    { field: "metadata.tags", contains: "x" },
    { field: "metadata.tags", contains: null },
    { field: "metadata.none", eq: null },
    { field: "metadata.none", exists: true },
    { field: "metadata.absent", exists: false },
  ];
  for (const condition of yes) assert(holds(condition), JSON.stringify(condition));
  const no: Condition[] = [
    { field: "id", eq: "a" },
    { field: "label", in: [] },
    { field: "metadata.year", eq: "2020" },
    { field: "metadata.year", gte: "2020" },
    { field: "metadata.year", gte: 2020, lt: 2020 },
    { field: "metadata.year.month", exists: true },
    { field: "metadata.tags", contains: "1" },
    { field: "metadata.tags", eq: "x" },
    { field: "metadata.tags.0", exists: true },
    { field: "metadata.tags.length", exists: true },
    { field: "metadata.list", contains: 1 },
    { field: "metadata.absent", exists: true },
    { field: "metadata.absent", exists: false, eq: 1 },
    { field: "metadata.none", gte: 0 },
    { field: "metadata.none", exists: false },
  ];
  for (const condition of no) assert(!holds(condition), JSON.stringify(condition));
});

Deno.test("filter: an item without a label lacks it", () => {
  assert(holds({ field: "label", exists: false }, { label: null }));
  assert(!holds({ field: "label", eq: null }, { label: null }));
  assert(holds({ not: { field: "label", eq: "cat" } }, { label: null }));
});

Deno.test("filter: strings are ordered by code point, not by UTF-16 unit", () => {
  assert("\u{1F600}" < "\uFF5E"); // as JavaScript has it
  assert(holds({ field: "id", gt: "\uFF5E" }, { id: "\u{1F600}" }));
  assert(holds({ field: "id", lt: "ab" }, { id: "a" }));
  assert(!holds({ field: "id", gt: "ab" }, { id: "ab" }));
});

Deno.test("filter: names that every object inherits are names like others", () => {
  for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
    assert(holds({ field: `metadata.${name}`, exists: false }));
    assert(holds({ field: `metadata.${name}.name`, exists: false }));
    const metadata = JSON.parse(`{ ${JSON.stringify(name)}: { "polluted": 1 } }`);
    assert(holds({ field: `metadata.${name}.polluted`, eq: 1 }, { metadata }));
  }
  refused(JSON.parse('{ "__proto__": { "field": "id" }, "eq": 1 }'), "filter.field");
  refused(JSON.parse('{ "field": "id", "__proto__": { "eq": 1 } }'), "filter");
  refused({ field: "id", constructor: 1 }, "filter");
});

Deno.test("filter: what cannot be one is refused, with its place", () => {
  refused(null, "filter");
  refused([], "filter");
  refused("label = cat", "filter");
  refused({}, "filter.field");
  refused({ field: "label" }, "filter");
  refused({ field: "vector", eq: 1 }, "filter.field");
  for (const field of ["metadata", "metadata.", "metadata..a", ".", "ID", 3]) {
    refused({ field, eq: 1 }, "filter.field");
  }
  refused({ field: "id", equals: 1 }, "filter");
  refused({ field: "id", eq: [1] }, "filter.eq");
  refused({ field: "id", eq: NaN }, "filter.eq");
  refused({ field: "id", eq: undefined }, "filter.eq");
  refused({ field: "id", in: "x" }, "filter.in");
  refused({ field: "id", in: ["x", {}] }, "filter.in[1]");
  refused({ field: "id", in: Array(10_001).fill(0) }, "filter.in");
  refused({ field: "id", exists: "yes" }, "filter.exists");
  refused({ and: [{ field: "id", eq: 1 }, { field: "id", gt: true }] }, "filter.and[1].gt");
  refused({ or: { field: "id", eq: 1 } }, "filter.or");
  refused({ or: [{ not: { and: [3] } }] }, "filter.or[0].not.and[0]");
  refused({ and: [], or: [] }, "filter");
  refused({ and: [], field: "id" }, "filter");
});

Deno.test("filter: depth and size are bounded, also of empty groups", () => {
  const leaf: Filter = { field: "id", eq: "a/1" };
  const nested = (depth: number) => {
    let filter: Filter = leaf;
    for (let at = 1; at < depth; at++) filter = { not: filter };
    return filter;
  };
  assertEquals(holds(nested(16)), false);
  refused(nested(17), "filter" + ".not".repeat(16));
  refused(nested(100_000), "filter" + ".not".repeat(16));
  checkFilter({ and: Array(256).fill(leaf) });
  refused({ and: Array(257).fill(leaf) }, "filter.and[256]");
  refused({ and: Array(257).fill({ or: [] }) }, "filter.and[256]");
  assert(holds({ and: [] }));
  assert(!holds({ or: [] }));
});

// Values and fields that meet often.
const value = fc.constantFrom<string | number | boolean | null>(
  "",
  "a",
  "b",
  "é",
  0,
  -1,
  1,
  2.5,
  true,
  false,
  null,
);
const metadata = fc.dictionary(
  fc.constantFrom("x", "y", "__proto__"),
  fc.oneof(
    value,
    fc.array(value, { maxLength: 3 }),
    fc.dictionary(fc.constantFrom("x", "y"), value),
  ),
);
const anItem = fc.record({
  id: fc.constantFrom("a", "b", "é"),
  label: fc.constantFrom("a", "b", null),
  metadata,
});
const bound = fc.constantFrom<string | number>("", "a", "é", -1, 0, 1, 2.5);
const condition: fc.Arbitrary<Condition> = fc.record({
  field: fc.constantFrom(
    "id",
    "label",
    "metadata.x",
    "metadata.y",
    "metadata.x.y",
    "metadata.__proto__",
  ),
  eq: value,
  in: fc.array(value, { maxLength: 3 }),
  gt: bound,
  gte: bound,
  lt: bound,
  lte: bound,
  contains: value,
  exists: fc.boolean(),
}, { requiredKeys: ["field"] }).filter((condition) => Object.keys(condition).length > 1);
const { filter } = fc.letrec<{ filter: Filter }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    condition,
    fc.record({ and: fc.array(tie("filter"), { maxLength: 3 }) }),
    fc.record({ or: fc.array(tie("filter"), { maxLength: 3 }) }),
    fc.record({ not: tie("filter") }),
  ),
}));

/** The meaning of a filter, as plainly as it can be said. */
function means(filter: Filter, item: FilteredItem): boolean {
  if ("and" in filter) return filter.and.every((part) => means(part, item));
  if ("or" in filter) return filter.or.some((part) => means(part, item));
  if ("not" in filter) return !means(filter.not, item);
  const parts = filter.field.split(".");
  let values: unknown[] = [item.metadata];
  if (parts[0] !== "metadata") {
    values = [item[parts[0] as "id" | "label"]].filter((v) => v !== null);
  }
  for (const name of parts.slice(1)) {
    values = values.flatMap((value) =>
      value === null || typeof value !== "object" || Array.isArray(value)
        ? []
        : Object.entries(value).filter(([own]) => own === name).map(([, inner]) => inner)
    );
  }
  const [value] = values;
  const there = values.length > 0;
  const order = (bound: string | number) =>
    typeof value !== typeof bound
      ? NaN
      : value === bound
      ? 0
      : (value as number) < (bound as number)
      ? -1
      : 1;
  return Object.entries(filter).every(([operator, operand]) => {
    if (operator === "field") return true;
    if (operator === "exists") return operand === there;
    if (!there) return false;
    if (operator === "eq") return value === operand;
    if (operator === "in") return operand.some((one: unknown) => one === value);
    if (operator === "contains") {
      return Array.isArray(value) && value.some((one) => one === operand);
    }
    if (operator === "gt") return order(operand) > 0;
    if (operator === "gte") return order(operand) >= 0;
    if (operator === "lt") return order(operand) < 0;
    return order(operand) <= 0;
  });
}

Deno.test("filter: any filter means what the naive reading means", () => {
  fc.assert(
    fc.property(filter, anItem, (filter, item) => {
      checkFilter(filter);
      checkFilter(JSON.parse(JSON.stringify(filter))); // as it comes over HTTP
      assertEquals(matches(filter)(item), means(filter, item));
    }),
    { numRuns: 2000 },
  );
});

Deno.test("filter: De Morgan, not of not, and absorption hold of any filters", () => {
  fc.assert(
    fc.property(filter, filter, anItem, (a, b, item) => {
      const of = (filter: Filter) => matches(filter)(item);
      assertEquals(of({ not: { and: [a, b] } }), of({ or: [{ not: a }, { not: b }] }));
      assertEquals(of({ not: { or: [a, b] } }), of({ and: [{ not: a }, { not: b }] }));
      assertEquals(of({ not: { not: a } }), of(a));
      assertEquals(of({ and: [a, { or: [a, b] }] }), of(a));
      assertEquals(of({ and: [a, b] }), of(a) && of(b));
      assertEquals(of({ or: [a, b] }), of(a) || of(b));
    }),
    { numRuns: 500 },
  );
});

Deno.test("filter: anything at all is taken or refused in a sentence", () => {
  fc.assert(
    fc.property(fc.anything(), anItem, (anything, item) => {
      let filter: unknown = anything;
      try {
        checkFilter(filter);
      } catch (error) {
        assert(error instanceof LookalikeError && error.code === "invalid_input");
        filter = { and: [] };
      }
      assertEquals(typeof matches(filter as Filter)(item), "boolean");
    }),
    { numRuns: 1000 },
  );
});
