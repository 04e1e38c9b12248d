import { invalid } from "./checks.ts";

/** A value that a field is compared with. */
export type FilterValue = string | number | boolean | null;

/**
 * What one field must be; all that is said must hold. The field is `id`, `label`, or `metadata.` and
 * names with dots between. Of a field that an item lacks nothing holds, except `exists: false`.
 */
export interface Condition {
  field: string;
  /** It is this value. */
  eq?: FilterValue;
  /** It is one of these. */
  in?: FilterValue[];
  /** It is greater (of numbers, or of strings by code point); so are the next three. */
  gt?: number | string;
  gte?: number | string;
  lt?: number | string;
  lte?: number | string;
  /** It is a list that has this value. */
  contains?: FilterValue;
  /** Whether it is there at all. */
  exists?: boolean;
}

/** Which items are meant. `and` of nothing is all of them, `or` of nothing none. */
export type Filter = Condition | { and: Filter[] } | { or: Filter[] } | { not: Filter };

/** What a filter sees of an item. */
export interface FilteredItem {
  id: string;
  /** Null if it has none: it lacks the field then. */
  label: string | null;
  metadata: Readonly<Record<string, unknown>>;
}

/** How deep a filter may be nested. */
export const MOST_DEPTH = 16;
/** How many conditions it may have. */
export const MOST_CONDITIONS = 256;
/** How many values a condition may have in `in`. */
export const MOST_VALUES = 10_000;
const MOST_FIELD = 1024;

/**
 * Checks a filter from outside, so that it can be applied: at most 16 deep, with at most 256
 * conditions (an empty `and` or `or` counts as one) and 10,000 values in each `in`.
 *
 * @param filter Anything, such as a part of a request.
 * @param param What the caller calls it.
 * @throws {LookalikeError} `invalid_input`, with the place as `param`: `filter.and[1].gt`.
 */
export function checkFilter(filter: unknown, param = "filter"): asserts filter is Filter {
  check(filter, { param, depth: 1, count: { conditions: 0 } });
}

/**
 * Makes a filter a function, once for many items.
 *
 * @param filter A filter that {@linkcode checkFilter} let pass.
 * @returns Whether an item is meant.
 *
 * @example
 * ```ts
 * import { matches } from "./filter.ts";
 * const isNewCat = matches({ and: [{ field: "label", eq: "cat" }, { field: "metadata.year", gte: 2020 }] });
 * console.assert(isNewCat({ id: "a", label: "cat", metadata: { year: 2024 } }));
 * console.assert(!isNewCat({ id: "b", label: "cat", metadata: { year: "2024" } }));
 * ```
 */
export function matches(filter: Filter): (item: FilteredItem) => boolean {
  if ("and" in filter) {
    const parts = filter.and.map(matches);
    return (item) => parts.every((part) => part(item));
  }
  if ("or" in filter) {
    const parts = filter.or.map(matches);
    return (item) => parts.some((part) => part(item));
  }
  if ("not" in filter) {
    const part = matches(filter.not);
    return (item) => !part(item);
  }
  const read = reader(filter.field);
  const tests = testsOf(filter);
  if (filter.exists === false) return (item) => read(item) === undefined && tests.length === 0;
  return (item) => {
    const value = read(item);
    return value !== undefined && tests.every((test) => test(value));
  };
}

/** What each operator must be compared with. */
const OPERANDS = {
  eq: checkValue,
  in: checkValues,
  gt: checkBound,
  gte: checkBound,
  lt: checkBound,
  lte: checkBound,
  contains: checkValue,
  exists(value: unknown, param: string) {
    if (typeof value !== "boolean") throw invalid(param, `it must be true or false: ${is(value)}`);
  },
};

interface Place {
  param: string;
  depth: number;
  count: { conditions: number };
}

function check(filter: unknown, { param, depth, count }: Place): void {
  if (typeof filter !== "object" || filter === null || Array.isArray(filter)) {
    throw invalid(param, `it must be a condition, or one of and, or and not: ${is(filter)}`);
  }
  if (depth > MOST_DEPTH) throw invalid(param, `it must be at most ${MOST_DEPTH} deep: it is more`);
  const names = Object.keys(filter);
  const group = ["and", "or", "not"].find((name) => names.includes(name));
  if (group !== undefined && names.length > 1) {
    const other = names.find((name) => name !== group);
    throw invalid(param, `${group} must stand alone: beside it is ${is(other).slice(6)}`);
  }
  const inner = Object.values(filter)[0];
  if (group === "not") return check(inner, { param: `${param}.not`, depth: depth + 1, count });
  if (group !== undefined && !Array.isArray(inner)) {
    throw invalid(`${param}.${group}`, `it must be a list of filters: ${is(inner)}`);
  }
  if (group === undefined || inner.length === 0) count.conditions++;
  if (count.conditions > MOST_CONDITIONS) {
    throw invalid(param, `there must be at most ${MOST_CONDITIONS} conditions: there are more`);
  }
  if (group === undefined) return checkCondition(filter, names, param);
  for (const [at, part] of inner.entries()) {
    check(part, { param: `${param}.${group}[${at}]`, depth: depth + 1, count });
  }
}

function checkCondition(condition: object, names: string[], param: string): void {
  const { field } = condition as { field?: unknown };
  if (!Object.hasOwn(condition, "field") || typeof field !== "string" || !isField(field)) {
    const must = 'it must be "id", "label" or "metadata." and names with dots between';
    throw invalid(`${param}.field`, `${must}: ${is(field)}`);
  }
  const operators = names.filter((name) => name !== "field");
  if (operators.length === 0) {
    throw invalid(param, `it must have one of ${Object.keys(OPERANDS).join(", ")}: it has none`);
  }
  for (const operator of operators) {
    const known = Object.hasOwn(OPERANDS, operator);
    if (!known) {
      const must = `it must have only field, ${Object.keys(OPERANDS).join(", ")}`;
      throw invalid(param, `${must}: it has ${is(operator).slice(6)}`);
    }
    const operand = Object.getOwnPropertyDescriptor(condition, operator)!.value;
    OPERANDS[operator as keyof typeof OPERANDS](operand, `${param}.${operator}`);
  }
}

function isField(field: string): boolean {
  if (field === "id" || field === "label") return true;
  const [first, ...names] = field.split(".");
  return first === "metadata" && field.length <= MOST_FIELD && names.length > 0 &&
    names.every((name) => name !== "");
}

function checkValue(value: unknown, param: string): void {
  if (value === null || typeof value === "string" || typeof value === "boolean") return;
  if (Number.isFinite(value)) return;
  throw invalid(param, `it must be a string, a number, true, false or null: ${is(value)}`);
}

function checkValues(values: unknown, param: string): void {
  if (!Array.isArray(values)) throw invalid(param, `it must be a list of values: ${is(values)}`);
  if (values.length > MOST_VALUES) {
    throw invalid(param, `it must have at most ${MOST_VALUES} values: it has ${values.length}`);
  }
  for (const [at, value] of values.entries()) checkValue(value, `${param}[${at}]`);
}

function checkBound(value: unknown, param: string): void {
  if (typeof value === "string" || Number.isFinite(value)) return;
  throw invalid(param, `it must be a number or a string: ${is(value)}`);
}

/** The end of an error's sentence: what somebody gave, cut short. */
function is(value: unknown): string {
  if (typeof value === "number") return `it is ${value}`; // JSON has no NaN
  if (Array.isArray(value)) return "it is a list";
  if (typeof value === "object" && value !== null) return "it is an object";
  if (value === undefined) return "it is missing";
  return `it is ${(JSON.stringify(value) ?? typeof value).slice(0, 100)}`;
}

/** Reads a field; undefined if the item lacks it. Only own names count, never inherited ones. */
function reader(field: string): (item: FilteredItem) => unknown {
  if (field === "id") return ({ id }) => id;
  if (field === "label") return ({ label }) => label ?? undefined;
  const names = field.split(".").slice(1);
  return ({ metadata }) => {
    let value: unknown = metadata;
    for (const name of names) {
      if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
      if (!Object.hasOwn(value, name)) return undefined;
      value = (value as Record<string, unknown>)[name];
    }
    return value;
  };
}

type Test = (value: unknown) => boolean;

function testsOf(condition: Condition): Test[] {
  const { eq, gt, gte, lt, lte, contains } = condition;
  const tests: Test[] = [];
  if (eq !== undefined) tests.push((value) => value === eq);
  if (condition.in !== undefined) {
    const values = new Set<unknown>(condition.in);
    tests.push((value) => values.has(value));
  }
  if (gt !== undefined) tests.push((value) => compare(value, gt) > 0);
  if (gte !== undefined) tests.push((value) => compare(value, gte) >= 0);
  if (lt !== undefined) tests.push((value) => compare(value, lt) < 0);
  if (lte !== undefined) tests.push((value) => compare(value, lte) <= 0);
  if (contains !== undefined) {
    tests.push((value) => Array.isArray(value) && value.includes(contains));
  }
  return tests;
}

/** Which of two numbers or two strings is the greater; NaN, which nothing holds of, if they differ in kind. */
function compare(value: unknown, bound: number | string): number {
  if (typeof value === "number" && typeof bound === "number") return value - bound;
  if (typeof value === "string" && typeof bound === "string") return byCodePoint(value, bound);
  return NaN;
}

/** JavaScript's own `<` goes by UTF-16 units, of which surrogates stand below U+E000 … U+FFFF. */
function byCodePoint(a: string, b: string): number {
  const end = Math.min(a.length, b.length);
  for (let at = 0; at < end; at++) {
    const [x, y] = [a.charCodeAt(at), b.charCodeAt(at)];
    if (x === y) continue;
    const [highX, highY] = [isSurrogate(x), isSurrogate(y)];
    return highX === highY ? x - y : highX ? 1 : -1;
  }
  return a.length - b.length;
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}
