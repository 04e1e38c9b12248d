import createFetchClient, { type Client } from "openapi-fetch";
import { errorOf } from "./api_error.ts";
import { floatsOf } from "./base64.ts";
import { imageText } from "./image_source.ts";
import { entriesOf } from "./pages.ts";
import { type Fetch, retrying } from "./retrying.ts";
import type { paths } from "./schema.ts";
import { givenJson } from "./given_json.ts";
import type {
  Duplicate,
  DuplicatesOptions,
  Embedded,
  EmbedOptions,
  Hit,
  Images,
  Item,
  ItemsOptions,
  NewItems,
  Search,
  Upserted,
} from "./types.ts";

/** Where the service is, and how to ask it. */
export interface ClientOptions {
  /** Such as `http://127.0.0.1:8080`. */
  url: string | URL;
  /** A key, where the service asks for one. */
  key?: string;
  /** Sends a request; the runtime's own unless told. */
  fetch?: Fetch;
  /** How often a request is sent again that the service was too busy for: 3 times unless told. */
  retries?: number;
  /** The longest that it waits before that, in seconds: 30 unless told. */
  longestWait?: number;
}

/** The service, from afar. Every method throws {@link LookalikeApiError} where it refuses. */
export interface LookalikeClient {
  /** Every operation by its address, as in `api.GET("/v1/models")`; `data` is the answer's body. */
  api: Client<paths>;
  /** Embeds images. */
  embed(images: Images, options: EmbedOptions): Promise<Embedded>;
  /** Adds items to a collection, or replaces those with the same ids. */
  addItems(collection: string, items: NewItems): Promise<Upserted>;
  /** Finds the items of a collection that are most similar to an image, a vector, an item or several. */
  search(collection: string, search: Search): Promise<Hit[]>;
  /** Goes through the items of a collection, in the order in which they were added. */
  items(collection: string, options?: ItemsOptions): AsyncGenerator<Item>;
  /** Goes through the pairs of items that are nearly the same. */
  duplicates(collection: string, options?: DuplicatesOptions): AsyncGenerator<Duplicate>;
}

/**
 * A client of the service for Deno, Node and browsers.
 *
 * @param options Where it is, the key, how often to try again.
 * @returns The client.
 *
 * @example
 * ```ts ignore
 * import { createClient } from "./mod.ts";
 * const lookalike = createClient({ url: "http://127.0.0.1:8080" });
 * const image = await Deno.readFile("cat.jpg");
 * await lookalike.addItems("pets", { model: "shapes", items: [{ id: "cat.jpg", image }] });
 * const hits = await lookalike.search("pets", { image, k: 5 });
 * ```
 */
export function createClient(options: ClientOptions): LookalikeClient {
  const { url, key, fetch = (request) => globalThis.fetch(request) } = options;
  const { retries = 3, longestWait = 30 } = options;
  const api = createFetchClient<paths>({
    baseUrl: String(url),
    headers: key === undefined ? {} : { Authorization: `Bearer ${key}` },
    fetch: retrying(fetch, { retries, longestWait }),
  });
  api.use({
    async onResponse({ response }) {
      if (!response.ok && response.status !== 304) throw await errorOf(response);
    },
  });

  return {
    api,
    async embed(images, { signal, ...options }) {
      const given = Array.isArray(images) ? images : [images];
      const input = await Promise.all(given.map(imageText));
      const { data } = await api.POST("/v1/embeddings", {
        body: { ...options, input, encoding_format: "base64" },
        signal,
      });
      const vectors = data!.data.map(({ embedding }) => floatsOf(embedding as string));
      return { model: data!.model, vectors };
    },
    async addItems(collection, { items, model, signal }) {
      const { data } = await api.PUT("/v1/collections/{name}/items", {
        params: { path: { name: collection } },
        body: { model, items: await Promise.all(items.map(givenJson)) },
        signal,
      });
      return data!;
    },
    async search(collection, { signal, mean, ...search }) {
      const several = mean && { mean: await Promise.all(mean.map(givenJson)) };
      const { data } = await api.POST("/v1/collections/{name}/search", {
        params: { path: { name: collection } },
        body: { ...await givenJson(search), ...several },
        signal,
      });
      return data!.data;
    },
    items: (collection, { signal, ...query } = {}) =>
      entriesOf(async (after) => {
        const { data } = await api.GET("/v1/collections/{name}/items", {
          params: { path: { name: collection }, query: { ...query, after } },
          signal,
        });
        return data!;
      }),
    duplicates: (collection, { signal, ...query } = {}) =>
      entriesOf(async (after) => {
        const { data } = await api.GET("/v1/collections/{name}/duplicates", {
          params: { path: { name: collection }, query: { ...query, after } },
          signal,
        });
        return data!;
      }),
  };
}
