/** A request of an operation, or how it differs from the one that succeeds. */
export interface Ask {
  path: string;
  /** Sent as JSON, if there is one. */
  body?: unknown;
  headers?: Record<string, string>;
}

/** An operation: the request that succeeds, and for statuses of its own what differs then. */
export interface Operation extends Ask {
  method: string;
  /** By status. */
  others?: Record<number, Partial<Ask>>;
}

const RED = [{ id: "red", vector: [1, 0, 0] }];
const LONG = "x".repeat(600);
const ITEM = "/v1/collections/images/items/kept";

/**
 * A request of every operation, in an order in which all succeed, on a service that has: the encoders
 * `colours@1` and `colours@2`; the alias `production` of the first; a collection `images` of the
 * second with the item `kept`; a collection `vectors` without an encoder with the item `red`; a key `k`.
 *
 * @param image An image in base64.
 * @param key The id of the key.
 * @returns The operations by their ids.
 */
export function operations(image: string, key: string): Record<string, Operation> {
  const collection = { 400: { path: "/v1/collections/-" }, 404: { path: "/v1/collections/none" } };
  const inCollection = (rest: string) => ({
    400: { path: `/v1/collections/-${rest}` },
    404: { path: `/v1/collections/none${rest}` },
  });
  const ofItem = (rest = "") => ({
    400: { path: `/v1/collections/images/items/${LONG}${rest}` },
    404: { path: `/v1/collections/images/items/none${rest}` },
  });
  const unchanged = { 304: { headers: { "If-None-Match": "*" } } };
  return {
    isAlive: { method: "GET", path: "/livez" },
    isReady: { method: "GET", path: "/readyz" },
    getMetrics: { method: "GET", path: "/metrics" },

    createEmbeddings: {
      method: "POST",
      path: "/v1/embeddings",
      body: { model: "colours", input: image },
      others: { 404: { body: { model: "none", input: image } } },
    },

    createCollection: {
      method: "POST",
      path: "/v1/collections",
      body: { name: "new", model: "colours@1" },
      others: {
        404: { body: { name: "newer", model: "none" } },
        409: { body: { name: "images", dimension: 3 } },
      },
    },
    listCollections: { method: "GET", path: "/v1/collections" },
    getCollection: { method: "GET", path: "/v1/collections/images", others: collection },
    updateCollection: {
      method: "PATCH",
      path: "/v1/collections/images",
      body: { index: "exact" },
      others: collection,
    },

    upsertItems: {
      method: "PUT",
      path: "/v1/collections/vectors/items",
      body: { items: RED },
      others: {
        404: { body: { model: "none", items: RED } },
        409: { path: "/v1/collections/images/items", body: { model: "colours@1", items: RED } },
      },
    },
    listItems: {
      method: "GET",
      path: "/v1/collections/images/items?limit=1&vectors=true",
      others: inCollection("/items"),
    },
    getItem: { method: "GET", path: ITEM, others: ofItem() },
    updateItem: { method: "PATCH", path: ITEM, body: { label: "red" }, others: ofItem() },
    getItemImage: {
      method: "GET",
      path: `${ITEM}/image`,
      others: { ...ofItem("/image"), ...unchanged },
    },
    getItemThumbnail: {
      method: "GET",
      path: `${ITEM}/thumbnail`,
      others: { ...ofItem("/thumbnail"), ...unchanged },
    },
    search: {
      method: "POST",
      path: "/v1/collections/images/search",
      body: { image },
      others: inCollection("/search"),
    },
    searchBatch: {
      method: "POST",
      path: "/v1/collections/images/search/batch",
      body: { searches: [{ id: "kept" }] },
      others: inCollection("/search/batch"),
    },
    listDuplicates: {
      method: "GET",
      path: "/v1/collections/images/duplicates",
      others: inCollection("/duplicates"),
    },
    beginReembedding: {
      method: "PUT",
      path: "/v1/collections/images/reembedding",
      body: { model: "colours@1" },
      others: {
        ...inCollection("/reembedding"),
        409: { path: "/v1/collections/vectors/reembedding" }, // it has no images
      },
    },
    getReembedding: {
      method: "GET",
      path: "/v1/collections/images/reembedding",
      others: inCollection("/reembedding"),
    },
    cancelReembedding: {
      method: "DELETE",
      path: "/v1/collections/images/reembedding",
      others: inCollection("/reembedding"),
    },

    listAliases: { method: "GET", path: "/v1/aliases" },
    setAlias: {
      method: "PUT",
      path: "/v1/aliases/new",
      body: { model: "colours@1" },
      others: { 404: { body: { model: "none" } }, 409: { path: "/v1/aliases/colours" } },
    },
    listModels: { method: "GET", path: "/v1/models" },
    getModel: {
      method: "GET",
      path: "/v1/models/colours",
      others: { 400: { path: `/v1/models/${LONG}` }, 404: { path: "/v1/models/none" } },
    },

    createKey: { method: "POST", path: "/v1/keys", body: { name: "new", scopes: ["read"] } },
    listKeys: { method: "GET", path: "/v1/keys" },

    // What these delete is wanted above
    deleteItems: {
      method: "POST",
      path: "/v1/collections/vectors/items/delete",
      body: { ids: ["red"] },
      others: inCollection("/items/delete"),
    },
    deleteItem: { method: "DELETE", path: ITEM, others: ofItem() },
    deleteCollection: { method: "DELETE", path: "/v1/collections/images", others: collection },
    deleteAlias: {
      method: "DELETE",
      path: "/v1/aliases/new",
      others: { 400: { path: "/v1/aliases/-" }, 404: { path: "/v1/aliases/none" } },
    },
    deleteModel: {
      method: "DELETE",
      path: "/v1/models/colours@2",
      others: {
        400: { path: `/v1/models/${LONG}` },
        404: { path: "/v1/models/none@1" },
        409: { path: "/v1/models/colours@1" }, // production points to it
      },
    },
    revokeKey: {
      method: "DELETE",
      path: `/v1/keys/${key}`,
      others: { 400: { path: `/v1/keys/${LONG}` }, 404: { path: "/v1/keys/none" } },
    },
  };
}
