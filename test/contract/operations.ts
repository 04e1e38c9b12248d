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

/** Jobs by their ids: one of each kind that was cancelled, one that has failed, one that waits. */
export type KnownJobs = Record<
  "fine_tuning" | "pretraining",
  { over: string; failed: string; queued: string }
>;

const NONE = { over: "", failed: "", queued: "" };
const RED = [{ id: "red", vector: [1, 0, 0] }];
const FIT = {
  name: "hues",
  model: "colours@2",
  examples: [{ vector: [1, 0, 0], label: "red" }, { vector: [0, 1, 0], label: "green" }],
};
const LONG = "x".repeat(600);
const ITEM = "/v1/collections/images/items/kept";

/**
 * A request of every operation, in an order in which all succeed, on a service that has: the encoders
 * `colours@1`, `colours@2` and `spare@1`; the alias `production` of the first; a collection `images` of the
 * second with the items `kept` and `kept too`; a collection `labelled` of the second with two labelled
 * vectors and no image; a collection `vectors` without an encoder with the item `red`; a collection
 * `classes` with 600 items of a class each; a collection `full` with an item whose metadata are; three versions of
 * the classifier `hues`, the first with the alias `live`; a key `k`.
 *
 * @param image An image in base64.
 * @param key The id of the key.
 * @param jobs Jobs that are there.
 * @returns The operations by their ids.
 */
export function operations(
  image: string,
  key: string,
  jobs: KnownJobs = { fine_tuning: NONE, pretraining: NONE },
): Record<string, Operation> {
  const collection = { 400: { path: "/v1/collections/-" }, 404: { path: "/v1/collections/none" } };
  const inCollection = (rest: string) => ({
    400: { path: `/v1/collections/-${rest}` },
    404: { path: `/v1/collections/none${rest}` },
  });
  const ofItem = (rest = "") => ({
    400: { path: `/v1/collections/images/items/${LONG}${rest}` },
    404: { path: `/v1/collections/images/items/none${rest}` },
  });
  const jobsOf = (
    kind: "fine_tuning" | "pretraining",
    create: { name: string; body: Record<string, unknown>; others: Operation["others"] },
  ): Record<string, Operation> => {
    const path = `/v1/${kind}/jobs`;
    const { over, failed, queued } = jobs[kind];
    const ofJob = (rest = "") => ({
      400: { path: `${path}/${LONG}${rest}` },
      404: { path: `${path}/none${rest}` },
    });
    const told = { "Accept": "text/event-stream", "Last-Event-ID": "2" };
    return {
      [`create${create.name}Job`]: { method: "POST", path, ...create },
      [`list${create.name}Jobs`]: {
        method: "GET",
        path,
        others: { 400: { path: `${path}?limit=0` }, 404: { path: `${path}?after=none` } },
      },
      [`get${create.name}Job`]: { method: "GET", path: `${path}/${queued}`, others: ofJob() },
      [`list${create.name}Events`]: {
        method: "GET",
        path: `${path}/${over}/events`,
        others: { ...ofJob("/events"), 204: { headers: told } },
      },
      [`list${create.name}Checkpoints`]: {
        method: "GET",
        path: `${path}/${over}/checkpoints`,
        others: ofJob("/checkpoints"),
      },
      [`cancel${create.name}Job`]: {
        method: "POST",
        path: `${path}/${queued}/cancel`,
        others: { ...ofJob("/cancel"), 409: { path: `${path}/${failed}/cancel` } },
      },
    };
  };
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

    suggestItems: {
      method: "POST",
      path: "/v1/collections/labelled/suggestions",
      body: { count: 1, strategy: "diversity" },
      others: {
        ...inCollection("/suggestions"),
        404: { path: "/v1/collections/none/suggestions" },
        409: {
          path: "/v1/collections/vectors/suggestions",
          body: { count: 1, classifier: "hues" },
        },
      },
    },
    listLabelMistakes: {
      method: "GET",
      path: "/v1/collections/labelled/label-mistakes",
      others: {
        ...inCollection("/label-mistakes"),
        413: { path: "/v1/collections/classes/label-mistakes" },
      },
    },
    predictCollection: {
      method: "POST",
      path: "/v1/collections/labelled/predictions",
      body: { classifier: "hues" },
      others: {
        404: { body: { classifier: "none" } },
        409: { path: "/v1/collections/full/predictions" },
      },
    },

    createClassifier: {
      method: "POST",
      path: "/v1/classifiers",
      body: FIT,
      others: { 404: { body: { ...FIT, model: "none" } }, 409: { body: { ...FIT, name: "live" } } },
    },
    listClassifiers: {
      method: "GET",
      path: "/v1/classifiers",
      others: { 400: { path: "/v1/classifiers?limit=0" } },
    },
    getClassifier: {
      method: "GET",
      path: "/v1/classifiers/hues",
      others: { 400: { path: `/v1/classifiers/${LONG}` }, 404: { path: "/v1/classifiers/none" } },
    },
    predict: {
      method: "POST",
      path: "/v1/classifiers/hues/predict",
      body: { images: [image] },
      others: { 404: { path: "/v1/classifiers/none/predict" } },
    },
    listClassifierAliases: { method: "GET", path: "/v1/classifier-aliases" },
    setClassifierAlias: {
      method: "PUT",
      path: "/v1/classifier-aliases/hue",
      body: { classifier: "hues@1" },
      others: {
        404: { body: { classifier: "none" } },
        409: { path: "/v1/classifier-aliases/hues" },
      },
    },
    deleteClassifierAlias: {
      method: "DELETE",
      path: "/v1/classifier-aliases/hue",
      others: {
        400: { path: "/v1/classifier-aliases/-" },
        404: { path: "/v1/classifier-aliases/none" },
      },
    },
    deleteClassifier: {
      method: "DELETE",
      path: "/v1/classifiers/hues@2",
      others: {
        400: { path: "/v1/classifiers/hues" },
        404: { path: "/v1/classifiers/none@1" },
        409: { path: "/v1/classifiers/hues@1" },
      },
    },

    ...jobsOf("fine_tuning", {
      name: "FineTuning",
      body: { model: "colours", collection: "labelled" },
      others: {
        404: { body: { model: "none", collection: "labelled" } },
        409: { body: { model: "colours", collection: "labelled", method: { type: "full" } } },
      },
    }),
    ...jobsOf("pretraining", {
      name: "Pretraining",
      body: { collection: "images", name: "new" },
      others: {
        404: { body: { collection: "none", name: "new" } },
        409: { body: { collection: "images", name: "production" } },
      },
    }),
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
      path: "/v1/models/spare@1",
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
