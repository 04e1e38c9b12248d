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

/** Which items are meant. */
export type Filter = Condition | { and: Filter[] } | { or: Filter[] } | { not: Filter };
