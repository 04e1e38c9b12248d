import { checkName } from "../../encoders/reference.ts";
import { LookalikeError } from "../../errors.ts";
import { checkCount, invalid } from "../checks.ts";
import type { Collections, DuplicatePair, SearchHit, SearchRequest } from "../collections.ts";
import { checkFilter, matches } from "../filter.ts";
import { type MetricRules, METRICS } from "../metrics.ts";
import type { IndexHit } from "../vector_index.ts";
import type { CollectionRow } from "./collection_rows.ts";
import { cursorOf } from "./item_methods.ts";
import type { OpenIndex } from "./open_indexes.ts";
import type { Parts } from "./parts.ts";

/** The most items whose neighbours one page of duplicates asks for. */
const MOST_ITEMS = 1000;
/** Where a page of duplicates ends at the latest. */
const MOST_PAIRS = 10_000;

/**
 * The methods that find items by likeness.
 *
 * @param parts What they stand on.
 * @returns The methods.
 */
export function searchMethods(
  { collections, items, indexes }: Parts,
): Pick<Collections, "search" | "duplicates"> {
  /** Begins work on a collection's index once it is full, with not one await if it is. */
  const withIndex = async <T>(
    name: string,
    work: (row: CollectionRow, index: OpenIndex) => Promise<T>,
  ): Promise<T> => {
    checkName(name, "collection");
    for (;;) {
      const row = collections.get(name);
      const index = indexes.open(row);
      if (!(index instanceof Promise)) return await work(row, index);
      await index; // it may have been dropped, switched, or written elsewhere meanwhile
    }
  };

  return {
    search(name, request) {
      checkRequest(request);
      prepareQueries(collections.get(checkName(name, "collection")), request); // before a long wait
      return withIndex(name, async (row, { exact, graph }) => {
        const queries = prepareQueries(row, request);
        const { k, filter, exclude, threshold } = request;
        const search = { k, exclude, matches: filter && matches(filter) };
        const quick = request.exact ? null : graph?.search(queries, search);
        const hits = quick ?? await exact.search(queries, search);
        const rules = METRICS[row.metric];
        return hits.map((hits) => hits.filter(isWithin(threshold, rules)).map(hitOf(rules)));
      });
    },

    duplicates(name, { threshold, limit, after }) {
      checkThreshold(threshold);
      checkCount(limit, { most: MOST_ITEMS, param: "limit" });
      const begin = pageBegin(after);
      return withIndex(name, async (row, { exact }) => {
        const page = items.page(row, { after: begin.after, limit: limit + 1 });
        const asked = page.slice(0, limit);
        const rules = METRICS[row.metric];
        const pairs: DuplicatePair[] = [];
        const neighbours = exact.neighbours(asked.map(({ vector }) => vector), threshold);
        let at = 0;
        for await (const hits of neighbours) {
          const { key, id } = asked[at++];
          const later = hits
            .filter(({ item }) => item.key > (key === begin.key ? begin.partner : key))
            .sort((a, b) => a.item.key - b.item.key);
          for (const hit of later) {
            if (pairs.length === MOST_PAIRS) return { pairs, next: `${key}.${hit.item.key - 1}` };
            pairs.push({ ids: [id, hit.item.id], score: rules.clamp(hit.score) });
          }
        }
        return { pairs, next: page.length > limit ? `${asked[limit - 1].key}` : null };
      });
    },
  };
}

/** Where a page of duplicates begins: behind an item, or within the pairs of one. */
function pageBegin(after: string | undefined): { after: number; key: number; partner: number } {
  const [first, second] = after?.split(/\.(.*)/s) ?? [];
  const key = cursorOf(first);
  if (second === undefined) return { after: key, key: 0, partner: 0 };
  return { after: key - 1, key, partner: cursorOf(second) };
}

function checkRequest({ k, filter, threshold }: SearchRequest): void {
  checkCount(k, { param: "k" });
  if (threshold !== undefined) checkThreshold(threshold);
  if (filter !== undefined) checkFilter(filter);
}

function checkThreshold(threshold: number): void {
  if (Number.isFinite(threshold)) return;
  throw invalid("threshold", `it must be a finite number: it is ${threshold}`);
}

function prepareQueries(
  { name, dimension, metric, encoder }: CollectionRow,
  { vectors, encoder: own }: SearchRequest,
): Float32Array[] {
  if (own !== undefined && own !== encoder) {
    throw new LookalikeError(
      "conflict",
      `Cannot search collection ${name} with vectors of encoder ${own} as they must be of its own: ` +
        `that is ${encoder ?? "unknown"}.`,
      { param: "encoder" },
    );
  }
  return vectors.map((vector, at) =>
    METRICS[metric].prepare(vector, { dimension, param: `vectors[${at}]` })
  );
}

function isWithin(threshold: number | undefined, { sign, clamp }: MetricRules) {
  return ({ score }: IndexHit): boolean =>
    threshold === undefined || sign * (clamp(score) - threshold) >= 0;
}

function hitOf({ clamp }: MetricRules) {
  return ({ item: { id, label, metadata }, score }: IndexHit): SearchHit => ({
    id,
    score: clamp(score), // rounded vectors may be longer than 1
    label,
    metadata,
  });
}
