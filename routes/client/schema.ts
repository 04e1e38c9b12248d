// deno-lint-ignore-file -- `deno task client` makes this of the API's document
export interface paths {
  "/v1/embeddings": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Embed images */
    post: operations["createEmbeddings"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/collections": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List the collections */
    get: operations["listCollections"];
    put?: never;
    /**
     * Make a collection
     * @description With the usual settings it need not be made: its first items make it.
     */
    post: operations["createCollection"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/collections/{name}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Describe a collection */
    get: operations["getCollection"];
    put?: never;
    post?: never;
    /** Delete a collection and all its items */
    delete: operations["deleteCollection"];
    options?: never;
    head?: never;
    /** Change how a collection is searched */
    patch: operations["updateCollection"];
    trace?: never;
  };
  "/v1/collections/{name}/items": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the items
     * @description In the order in which they were added: who follows `next` sees each item once, whatever is written meanwhile. With vectors a page may be shorter than `limit`.
     */
    get: operations["listItems"];
    /**
     * Add items, or replace those with the same ids
     * @description All or none. A collection that is not there is made, with the usual settings: then with `model`, or with vectors of your own.
     */
    put: operations["upsertItems"];
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/collections/{name}/items/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Get an item, with its vector */
    get: operations["getItem"];
    put?: never;
    post?: never;
    /** Delete an item */
    delete: operations["deleteItem"];
    options?: never;
    head?: never;
    /**
     * Change an item's label or metadata
     * @description Its vector and image stay: what is to have another image is added again.
     */
    patch: operations["updateItem"];
    trace?: never;
  };
  "/v1/collections/{name}/items/delete": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Delete many items */
    post: operations["deleteItems"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/collections/{name}/items/{id}/image": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Get the image that an item came from
     * @description As it was sent, byte by byte, where the collection keeps originals.
     */
    get: operations["getItemImage"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/collections/{name}/items/{id}/thumbnail": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * Get an item's image made small
     * @description At most 256 pixels wide and high, and upright.
     */
    get: operations["getItemThumbnail"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/collections/{name}/search": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Find the most similar items
     * @description The most similar first, of those that the filter lets through. An item that is asked about does not find itself.
     */
    post: operations["search"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/collections/{name}/search/batch": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Answer many searches at once
     * @description All or none. They may ask about at most 128 images, vectors and items together.
     */
    post: operations["searchBatch"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/collections/{name}/duplicates": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List pairs of items that are nearly the same
     * @description A page looks at the neighbours of so many items, in the order in which they were added. It may be empty and not the last: `next` is null after that.
     */
    get: operations["listDuplicates"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/collections/{name}/reembedding": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * See how far a collection is on its way to another model
     * @description One that was never begun, or was cancelled, is done: at the model that it has.
     */
    get: operations["getReembedding"];
    /**
     * Embed a collection anew with another model
     * @description Runs behind, and goes on after a restart. The old vectors serve until all new ones are there; then all are switched at once. It needs every item's original image.
     */
    put: operations["beginReembedding"];
    post?: never;
    /** Leave a collection with the model that it has */
    delete: operations["cancelReembedding"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/collections/{name}/suggestions": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Suggest which items to label next
     * @description Of the items without a label. The same request on the same items suggests the same. Of more than 4096 such items so many are looked at, drawn by the seed.
     */
    post: operations["suggestItems"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/collections/{name}/label-mistakes": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List labels that are likely wrong
     * @description Each labelled item is judged by a probe that did not learn from it; listed are those of which it says that another class is nine times as probable, the likeliest mistake first. Of more than 5000 labelled items so many are looked at, drawn by the seed.
     */
    get: operations["listLabelMistakes"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/collections/{name}/predictions": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Classify the items, and write what is found into their metadata
     * @description A page at a time, in the order in which items were added: go on with `next` until it is null. Labels stay as they are. Searches can filter by what is written: `metadata.prediction.label`.
     */
    post: operations["predictCollection"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/classifiers": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List the classifiers that are saved */
    get: operations["listClassifiers"];
    put?: never;
    /**
     * Fit a classifier to labels, at once
     * @description To the labelled items of a collection, or to images or vectors with labels. How often it is right comes with it, by cross-validation, and a warning where the labels are too few to say. Probabilities are calibrated on the same examples. There may be 5000 examples: a job takes more.
     */
    post: operations["createClassifier"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/classifiers/{classifier}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Describe a classifier */
    get: operations["getClassifier"];
    put?: never;
    post?: never;
    /**
     * Delete a version of a classifier for good
     * @description Refused while an alias points to it. Its number is not given again.
     */
    delete: operations["deleteClassifier"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/classifiers/{classifier}/predict": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /** Classify images, vectors or items */
    post: operations["predict"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/classifier-aliases": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List the aliases of classifiers */
    get: operations["listClassifierAliases"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/classifier-aliases/{alias}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /**
     * Point an alias to a version of a classifier
     * @description Its model is loaded and warmed first; then the alias answers with it at once, images too.
     */
    put: operations["setClassifierAlias"];
    post?: never;
    /** Delete an alias of a classifier */
    delete: operations["deleteClassifierAlias"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/fine_tuning/jobs": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the fine-tuning jobs
     * @description The newest first. Of jobs that are over the last 10,000 are kept.
     */
    get: operations["listFineTuningJobs"];
    put?: never;
    /**
     * Train a classifier on a collection's labels
     * @description A process of its own learns from the items as they are now, one job after the other, and goes on by itself after a restart. A new version of a classifier comes out, and of an encoder under it.
     */
    post: operations["createFineTuningJob"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/fine_tuning/jobs/{job}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Describe a fine-tuning job */
    get: operations["getFineTuningJob"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/fine_tuning/jobs/{job}/cancel": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Cancel a fine-tuning job
     * @description When this is answered, its process has ended and its files are gone.
     */
    post: operations["cancelFineTuningJob"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/pretraining/jobs": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the pretraining jobs
     * @description The newest first. Of jobs that are over the last 10,000 are kept.
     */
    get: operations["listPretrainingJobs"];
    put?: never;
    /**
     * Train an encoder without labels
     * @description On the original images of a collection, or on a folder that the operator has allowed. A new version of an encoder comes out, which answers by its name at once.
     */
    post: operations["createPretrainingJob"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/pretraining/jobs/{job}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Describe a pretraining job */
    get: operations["getPretrainingJob"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/pretraining/jobs/{job}/cancel": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    /**
     * Cancel a pretraining job
     * @description When this is answered, its process has ended and its files are gone.
     */
    post: operations["cancelPretrainingJob"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/fine_tuning/jobs/{job}/events": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List or follow what happens in a fine-tuning job
     * @description Where Accept has `text/event-stream`, the events come as they happen, from `Last-Event-ID` (or `after`) on, until the job is over; `limit` is then of no account. A connection that is lost, or that a service closed as it stopped, goes on at the next without losing or doubling an event.
     */
    get: operations["listFineTuningEvents"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/fine_tuning/jobs/{job}/checkpoints": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the checkpoints of a fine-tuning job
     * @description Only the last is kept: from there the job goes on after whatever ended its process.
     */
    get: operations["listFineTuningCheckpoints"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/pretraining/jobs/{job}/events": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List or follow what happens in a pretraining job
     * @description Where Accept has `text/event-stream`, the events come as they happen, from `Last-Event-ID` (or `after`) on, until the job is over; `limit` is then of no account. A connection that is lost, or that a service closed as it stopped, goes on at the next without losing or doubling an event.
     */
    get: operations["listPretrainingEvents"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/pretraining/jobs/{job}/checkpoints": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /**
     * List the checkpoints of a pretraining job
     * @description Only the last is kept: from there the job goes on after whatever ended its process.
     */
    get: operations["listPretrainingCheckpoints"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/models": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List the models that are saved */
    get: operations["listModels"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/models/{model}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Describe a model */
    get: operations["getModel"];
    put?: never;
    post?: never;
    /**
     * Delete a version of a model for good
     * @description What it computes now is finished first. Refused while an alias points to it, or a collection or a classifier needs it. Its number is not given again.
     */
    delete: operations["deleteModel"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/aliases": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List the aliases of models */
    get: operations["listAliases"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/aliases/{alias}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    /**
     * Point an alias to a version of a model
     * @description The version is loaded and warmed first; then the alias answers with it at once. What the version before computes is finished.
     */
    put: operations["setAlias"];
    post?: never;
    /** Delete an alias */
    delete: operations["deleteAlias"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/keys": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** List the keys */
    get: operations["listKeys"];
    put?: never;
    /** Make a key */
    post: operations["createKey"];
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/v1/keys/{id}": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    get?: never;
    put?: never;
    post?: never;
    /** Revoke a key at once */
    delete: operations["revokeKey"];
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/livez": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Whether the process works */
    get: operations["isAlive"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/readyz": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** Whether requests may be sent here */
    get: operations["isReady"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
  "/metrics": {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    /** What the service counts, for Prometheus */
    get: operations["getMetrics"];
    put?: never;
    post?: never;
    delete?: never;
    options?: never;
    head?: never;
    patch?: never;
    trace?: never;
  };
}
export type webhooks = Record<string, never>;
export interface components {
  schemas: {
    EmbeddingsResponse: {
      /** @enum {string} */
      object: "list";
      data: components["schemas"]["Embedding"][];
      /** @description The version that answered, `NAME@VERSION`. */
      model: string;
      /** @description Images have no tokens; OpenAI's clients expect the fields. */
      usage: {
        images: number;
        /** @enum {number} */
        prompt_tokens: 0;
        /** @enum {number} */
        total_tokens: 0;
      };
    };
    Embedding: {
      /** @enum {string} */
      object: "embedding";
      /** @description The image's place in `input`. */
      index: number;
      /** @description Numbers, or the base64 of little-endian float32 values, as `encoding_format` asks. */
      embedding: number[] | string;
    };
    Problem: {
      error: {
        /** @description What is wrong and what to do, in a sentence. */
        message: string;
        /** @enum {string} */
        type:
          | "invalid_request_error"
          | "authentication_error"
          | "permission_error"
          | "not_found_error"
          | "conflict_error"
          | "overloaded_error"
          | "rate_limit_error"
          | "timeout_error"
          | "unavailable_error"
          | "server_error";
        /** @description The field at fault, such as `input[2]`. */
        param: string | null;
        /** @description The kind of fault, stable over releases. */
        code: string;
      };
    };
    EmbeddingsRequest: {
      /**
       * @description An encoder: an alias, `NAME` for its newest version, or `NAME@VERSION`.
       * @example shapes
       */
      model: string;
      /**
       * @description Image files in base64, data: URIs of them, or, where the service allows it, https addresses: JPEG, PNG, WebP, GIF, TIFF or AVIF. A single one may be given without a list.
       * @example [
       *       "data:image/gif;base64,R0lGODdhAQABAIAAAP8AAP///ywAAAAAAQABAAACAkQBADs="
       *     ]
       */
      input: string[] | string;
      /**
       * @default float
       * @enum {string}
       */
      encoding_format?: "float" | "base64";
      /** @description The length of an embedding. Encoders are not trained to be shortened, so it must be what the model has: others are refused. */
      dimensions?: number;
      /**
       * @description What is returned: 0 for h, the encoder's own output, or a layer of the projection head it was trained with, from 1.
       * @default 0
       */
      layer?: number;
      /**
       * @description Whether each embedding is scaled to length 1.
       * @default true
       */
      normalize?: boolean;
    };
    EmbeddingsForm: {
      /**
       * @description An encoder: an alias, `NAME` for its newest version, or `NAME@VERSION`.
       * @example shapes
       */
      model: string;
      /** @description The images; the field is given once for each. */
      input: string[];
      /**
       * @default float
       * @enum {string}
       */
      encoding_format?: "float" | "base64";
      /** @description The length of an embedding. Encoders are not trained to be shortened, so it must be what the model has: others are refused. */
      dimensions?: number;
      /**
       * @description What is returned: 0 for h, the encoder's own output, or a layer of the projection head it was trained with, from 1.
       * @default 0
       */
      layer?: number;
      /**
       * @default true
       * @enum {string}
       */
      normalize?: "true" | "false";
    };
    /** @example {
     *       "object": "collection",
     *       "name": "pictures",
     *       "model": "shapes@1",
     *       "dimension": 512,
     *       "metric": "cosine",
     *       "index": "exact",
     *       "images": "original",
     *       "count": 2000,
     *       "created_at": 1767225600,
     *       "reembedding": null
     *     } */
    Collection: {
      /** @enum {string} */
      object: "collection";
      name: string;
      /** @description What makes its vectors, `NAME@VERSION`; null if callers bring their own. */
      model: string | null;
      dimension: number;
      /**
       * @description How vectors are compared. With cosine only their directions count.
       * @enum {string}
       */
      metric: "cosine" | "dot" | "euclidean";
      /**
       * @description How it is searched: `exact` compares every vector, on the device; `hnsw` follows a graph, which is faster in collections of hundreds of thousands and may miss some.
       * @enum {string}
       */
      index: "exact" | "hnsw";
      /**
       * @description What is kept of images: `original` with a thumbnail (so that another model can embed them anew), `thumbnail` alone, or `none`.
       * @enum {string}
       */
      images: "original" | "thumbnail" | "none";
      /** @description How many items it has. */
      count: number;
      /** @description Seconds since 1970. */
      created_at: number;
      /** @description Its way to another model, while there is one. */
      reembedding: components["schemas"]["Reembedding"] | null;
    };
    /** @example {
     *       "object": "collection.reembedding",
     *       "model": "shapes@2",
     *       "dimension": 512,
     *       "status": "running",
     *       "error": null,
     *       "done": 640,
     *       "total": 2000,
     *       "started_at": 1767225600
     *     } */
    Reembedding: {
      /** @enum {string} */
      object: "collection.reembedding";
      /** @description Where it goes, `NAME@VERSION`; where it is, once it is done. */
      model: string | null;
      dimension: number;
      /**
       * @description A failed one stays until it is begun anew or cancelled; old vectors serve until it is done.
       * @enum {string}
       */
      status: "running" | "failed" | "done";
      /** @description Why it failed, in a sentence. */
      error: string | null;
      /** @description Items that have their new vector. */
      done: number;
      /** @description Items that there are. */
      total: number;
      /** @description Seconds since 1970; null once it is done. */
      started_at: number | null;
    };
    /** @example {
     *       "name": "pictures",
     *       "model": "shapes"
     *     } */
    CollectionRequest: {
      /**
       * @description The collection.
       * @example pictures
       */
      name: string;
      /**
       * @description What embeds its images: an alias, `NAME` or `NAME@VERSION`; its version is kept.
       * @example shapes
       */
      model?: string;
      /** @description In place of a model, where all vectors will be your own: their length. */
      dimension?: number;
      /**
       * @description How vectors are compared. With cosine only their directions count.
       * @default cosine
       * @enum {string}
       */
      metric?: "cosine" | "dot" | "euclidean";
      /**
       * @description How it is searched: `exact` compares every vector, on the device; `hnsw` follows a graph, which is faster in collections of hundreds of thousands and may miss some.
       * @default exact
       * @enum {string}
       */
      index?: "exact" | "hnsw";
      /**
       * @description What is kept of images: `original` with a thumbnail (so that another model can embed them anew), `thumbnail` alone, or `none`.
       * @default original
       * @enum {string}
       */
      images?: "original" | "thumbnail" | "none";
    } & (unknown | unknown);
    CollectionList: {
      /** @enum {string} */
      object: "list";
      data: components["schemas"]["Collection"][];
    };
    /** @example {
     *       "index": "hnsw"
     *     } */
    CollectionPatch: {
      /**
       * @description How it is searched: `exact` compares every vector, on the device; `hnsw` follows a graph, which is faster in collections of hundreds of thousands and may miss some.
       * @enum {string}
       */
      index: "exact" | "hnsw";
    };
    Deleted: {
      /** @enum {string} */
      object: "collection.deleted" | "collection.item.deleted";
      /** @description What it was called. */
      id: string;
      /** @enum {boolean} */
      deleted: true;
    };
    /** @example {
     *       "object": "collection.upserted",
     *       "inserted": 127,
     *       "updated": 1
     *     } */
    Upserted: {
      /** @enum {string} */
      object: "collection.upserted";
      /** @description Items that are new. */
      inserted: number;
      /** @description Items that were replaced. */
      updated: number;
    };
    /** @example {
     *       "items": [
     *         {
     *           "id": "red.gif",
     *           "image": "R0lGODdhAQABAIAAAP8AAP///ywAAAAAAQABAAACAkQBADs=",
     *           "label": "red",
     *           "metadata": {
     *             "taken": 2024
     *           }
     *         }
     *       ]
     *     } */
    UpsertRequest: {
      /**
       * @description What embeds the images, or made the vectors; unless given, the collection's.
       * @example shapes
       */
      model?: string;
      items: components["schemas"]["ItemInput"][];
    };
    ItemInput: {
      /**
       * @description The item's name in the collection, percent-encoded in an address (`/` as `%2F`).
       * @example train/circle/0000
       */
      id: string;
      /**
       * @description An image file in base64, a data: URI of one, or, where the service allows it, an https address: JPEG, PNG, WebP, GIF, TIFF or AVIF.
       * @example data:image/gif;base64,R0lGODdhAQABAIAAAP8AAP///ywAAAAAAQABAAACAkQBADs=
       */
      image?: string;
      /**
       * @description As many numbers as the collection's dimension; with cosine only their direction counts.
       * @example [
       *       0.6,
       *       0,
       *       0.8
       *     ]
       */
      vector?: number[];
      /**
       * @description A class, where somebody has said one.
       * @example circle
       */
      label?: string | null;
      /**
       * @description A JSON object of your own: at most 65,536 characters, 32 deep.
       * @example {
       *       "camera": "north",
       *       "taken": 2024
       *     }
       */
      metadata?: {
        [key: string]: unknown;
      };
    } & (unknown | unknown);
    ItemPage: {
      /** @enum {string} */
      object: "list";
      data: components["schemas"]["Item"][];
      /** @description What to send as `after` for the next page; null after the last. */
      next: string | null;
    };
    /** @example {
     *       "object": "collection.item",
     *       "id": "train/circle/0000",
     *       "label": "circle",
     *       "metadata": {
     *         "camera": "north",
     *         "taken": 2024
     *       },
     *       "image": {
     *         "type": "image/jpeg",
     *         "bytes": 48213,
     *         "sha256": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
     *       },
     *       "has_thumbnail": true,
     *       "created_at": 1767225600,
     *       "updated_at": 1767225600
     *     } */
    Item: {
      /** @enum {string} */
      object: "collection.item";
      id: string;
      label: string | null;
      /**
       * @description A JSON object of your own.
       * @example {
       *       "camera": "north",
       *       "taken": 2024
       *     }
       */
      metadata: {
        [key: string]: unknown;
      };
      /** @description The original, where it is kept. */
      image: {
        /** @description Its media type. */
        type: string;
        bytes: number;
        /** @description Of the file, in hexadecimal. */
        sha256: string;
      } | null;
      has_thumbnail: boolean;
      /** @description Of length 1 where the metric is cosine; in lists only with `vectors=true`. */
      vector?: number[];
      /** @description Seconds since 1970. */
      created_at: number;
      updated_at: number;
    };
    /** @example {
     *       "label": "square",
     *       "metadata": {
     *         "camera": null
     *       }
     *     } */
    ItemPatch: {
      /**
       * @description null for none.
       * @example circle
       */
      label?: string | null;
      /**
       * @description A JSON merge patch (RFC 7396): null removes a field, the rest stays.
       * @example {
       *       "camera": "north",
       *       "taken": 2024
       *     }
       */
      metadata?: {
        [key: string]: unknown;
      };
    };
    /** @example {
     *       "object": "collection.items.deleted",
     *       "deleted": 2
     *     } */
    DeletedItems: {
      /** @enum {string} */
      object: "collection.items.deleted";
      /** @description How many were there. */
      deleted: number;
    };
    /** @example {
     *       "ids": [
     *         "train/circle/0000",
     *         "train/circle/0001"
     *       ]
     *     } */
    ItemDeletion: {
      ids: string[];
    };
    Hits: {
      /** @enum {string} */
      object: "list";
      data: components["schemas"]["Hit"][];
    };
    /** @example {
     *       "object": "collection.hit",
     *       "id": "train/circle/0000",
     *       "score": 0.93,
     *       "label": "circle",
     *       "metadata": {
     *         "camera": "north",
     *         "taken": 2024
     *       }
     *     } */
    Hit: {
      /** @enum {string} */
      object: "collection.hit";
      id: string;
      /** @description Cosine similarity, from -1 to 1; the dot product; or the Euclidean distance, as the collection's metric says. */
      score: number;
      label: string | null;
      /**
       * @description A JSON object of your own.
       * @example {
       *       "camera": "north",
       *       "taken": 2024
       *     }
       */
      metadata: {
        [key: string]: unknown;
      };
    };
    /** @example {
     *       "id": "train/circle/0000",
     *       "k": 5,
     *       "filter": {
     *         "field": "label",
     *         "in": [
     *           "circle",
     *           "square"
     *         ]
     *       },
     *       "threshold": 0.5
     *     } */
    SearchRequest: {
      /**
       * @description An image file in base64, a data: URI of one, or, where the service allows it, an https address: JPEG, PNG, WebP, GIF, TIFF or AVIF.
       * @example data:image/gif;base64,R0lGODdhAQABAIAAAP8AAP///ywAAAAAAQABAAACAkQBADs=
       */
      image?: string;
      /**
       * @description As many numbers as the collection's dimension; with cosine only their direction counts.
       * @example [
       *       0.6,
       *       0,
       *       0.8
       *     ]
       */
      vector?: number[];
      /**
       * @description An item of the collection.
       * @example train/circle/0000
       */
      id?: string;
      /** @description The mean of several, each of length 1 where the metric is cosine: what is like all of them. */
      mean?: components["schemas"]["Example"][];
      /**
       * @description How many to find.
       * @default 10
       */
      k?: number;
      filter?: components["schemas"]["Filter"];
      /**
       * @description Items to leave out.
       * @default []
       */
      exclude?: string[];
      /** @description The least score of what is found, or with euclidean the greatest distance. */
      threshold?: number;
      /**
       * @description Whether every vector is compared, also where the collection has a graph.
       * @default false
       */
      exact?: boolean;
    } & (unknown | unknown | unknown | unknown);
    /** @example {
     *       "id": "train/circle/0000"
     *     } */
    Example: {
      /**
       * @description An image file in base64, a data: URI of one, or, where the service allows it, an https address: JPEG, PNG, WebP, GIF, TIFF or AVIF.
       * @example data:image/gif;base64,R0lGODdhAQABAIAAAP8AAP///ywAAAAAAQABAAACAkQBADs=
       */
      image?: string;
      /**
       * @description As many numbers as the collection's dimension; with cosine only their direction counts.
       * @example [
       *       0.6,
       *       0,
       *       0.8
       *     ]
       */
      vector?: number[];
      /**
       * @description An item of the collection.
       * @example train/circle/0000
       */
      id?: string;
    } & (unknown | unknown | unknown);
    /**
     * @description Which items may be found: a condition, or filters joined by `and`, `or` and `not`, at most 16 deep and with 256 conditions. `and` of nothing is all items, `or` of nothing none.
     * @example {
     *       "and": [
     *         {
     *           "field": "label",
     *           "in": [
     *             "cat",
     *             "dog"
     *           ]
     *         },
     *         {
     *           "not": {
     *             "field": "metadata.camera",
     *             "eq": "north"
     *           }
     *         }
     *       ]
     *     }
     */
    Filter: components["schemas"]["Condition"] | {
      and: components["schemas"]["Filter"][];
    } | {
      or: components["schemas"]["Filter"][];
    } | {
      not: components["schemas"]["Filter"];
    };
    /**
     * @description What one field must be; all that is said must hold. Of a field that an item lacks nothing holds, except `exists: false`.
     * @example {
     *       "field": "metadata.taken",
     *       "gte": 2020,
     *       "lt": 2025
     *     }
     */
    Condition: {
      /** @description `id`, `label`, or `metadata.` and names with dots between. */
      field: string;
      /** @description It is this value. */
      eq?: string | number | boolean | null;
      /** @description It is one of these. */
      in?: (string | number | boolean | null)[];
      /** @description It is greater, of numbers, or of strings by code point; so are the next three. */
      gt?: number | string;
      gte?: number | string;
      lt?: number | string;
      lte?: number | string;
      /** @description It is a list that has this value. */
      contains?: string | number | boolean | null;
      /** @description Whether it is there at all. */
      exists?: boolean;
    };
    HitsList: {
      /** @enum {string} */
      object: "list";
      data: components["schemas"]["Hits"][];
    };
    /** @example {
     *       "searches": [
     *         {
     *           "id": "train/circle/0000"
     *         },
     *         {
     *           "id": "train/square/0000"
     *         }
     *       ]
     *     } */
    BatchSearchRequest: {
      searches: components["schemas"]["SearchRequest"][];
    };
    DuplicatePage: {
      /** @enum {string} */
      object: "list";
      data: components["schemas"]["Duplicate"][];
      /** @description What to send as `after` for the next page; null after the last. */
      next: string | null;
    };
    /** @example {
     *       "object": "collection.duplicate",
     *       "ids": [
     *         "a.jpg",
     *         "copy of a.jpg"
     *       ],
     *       "score": 0.9991
     *     } */
    Duplicate: {
      /** @enum {string} */
      object: "collection.duplicate";
      /** @description The earlier added item and the later one. */
      ids: string[];
      /** @description How similar they are, as in a search. */
      score: number;
    };
    /** @example {
     *       "model": "shapes@2"
     *     } */
    ReembeddingRequest: {
      /**
       * @description An encoder: an alias, `NAME` for its newest version, or `NAME@VERSION`.
       * @example shapes
       */
      model: string;
    };
    Suggestions: {
      /** @enum {string} */
      object: "list";
      /**
       * @description Which one it was.
       * @enum {string}
       */
      strategy: "diversity" | "uncertainty";
      /** @description The version that was asked, `NAME@VERSION`; null where none was named. */
      classifier: string | null;
      /** @description The most useful first. */
      data: components["schemas"]["Suggestion"][];
    };
    /** @example {
     *       "object": "collection.suggestion",
     *       "id": "train/circle/0012",
     *       "score": 0.081,
     *       "label": "square",
     *       "probability": 0.52
     *     } */
    Suggestion: {
      /** @enum {string} */
      object: "collection.suggestion";
      id: string;
      /** @description What labelling it adds to those before it, by the strategy's measure. */
      score: number;
      /** @description What the classifier takes it for; null without one. */
      label: string | null;
      /** @description Of that class. */
      probability: number | null;
    };
    /** @example {
     *       "count": 20
     *     } */
    SuggestionRequest: {
      /** @description How many to suggest. */
      count: number;
      /**
       * @description `diversity` takes items that together stand for most of the others, and needs no label; `uncertainty` weighs items by a classifier's doubt, and takes those that stand for most of it; `auto` does that once there are labels of two classes.
       * @default auto
       * @enum {string}
       */
      strategy?: "auto" | "diversity" | "uncertainty";
      /**
       * @description What is uncertain, of the collection's model; unless given, a probe is fitted to the labels that there are.
       * @example pets
       */
      classifier?: string;
      /**
       * @description Items not to suggest, such as those that somebody is labelling.
       * @default []
       */
      exclude?: string[];
      /**
       * @description The same draws the same.
       * @default 0
       */
      seed?: number;
    };
    LabelMistakes: {
      /** @enum {string} */
      object: "list";
      /** @description How many labels were looked at: all but the only one of a class. */
      judged: number;
      data: components["schemas"]["LabelMistake"][];
    };
    /** @example {
     *       "object": "collection.label_mistake",
     *       "id": "train/circle/0007",
     *       "label": "square",
     *       "suggested_label": "circle",
     *       "probability": 0.97,
     *       "score": 0.98
     *     } */
    LabelMistake: {
      /** @enum {string} */
      object: "collection.label_mistake";
      id: string;
      /** @description What it has. */
      label: string;
      /** @description What it more likely is. */
      suggested_label: string;
      /** @description Of that class, 0 to 1. */
      probability: number;
      /** @description The share of the suggested class in what both are given, 0.9 to 1. */
      score: number;
    };
    /** @example {
     *       "object": "collection.predictions",
     *       "classifier": "pets@1",
     *       "written": 1000,
     *       "skipped": 0,
     *       "next": "1000"
     *     } */
    CollectionPredictions: {
      /** @enum {string} */
      object: "collection.predictions";
      /** @description The version that answered, `NAME@VERSION`. */
      classifier: string;
      /** @description Items whose metadata have their prediction now. */
      written: number;
      /** @description Items without an original image, where one was needed. */
      skipped: number;
      /** @description What to send as `after` for the next page; null after the last. */
      next: string | null;
    };
    /** @example {
     *       "classifier": "pets",
     *       "unknown_below": 0.5
     *     } */
    CollectionPredictionRequest: {
      /**
       * @description A classifier: an alias, `NAME` for its newest version, or `NAME@VERSION`.
       * @example pets
       */
      classifier: string;
      /**
       * @description Where in an item's metadata its prediction is written: `{label, probability, classifier}`, without `label` where it is unknown.
       * @default prediction
       */
      field?: string;
      /**
       * @description There is no label where the most probable class is less probable than this.
       * @default 0
       */
      unknown_below?: number;
      /**
       * @description Which items: all, or those without a label of their own.
       * @default all
       * @enum {string}
       */
      only?: "all" | "unlabelled";
      /**
       * @description How many items; at most 1000 where the classifier is of another model than the collection's vectors, as their original images are embedded then.
       * @default 1000
       */
      limit?: number;
      /** @description The `next` of the page before; the first page has none. */
      after?: string;
    };
    ClassifierDescription: {
      /**
       * @description `NAME@VERSION`.
       * @example pets@1
       */
      id: string;
      /** @enum {string} */
      object: "classifier";
      /** @description Seconds since 1970. */
      created_at: number;
      /** @example pets */
      name: string;
      /** @example 1 */
      version: string;
      /**
       * @description Whether it decides by a linear layer, or by its examples that are nearest.
       * @enum {string}
       */
      kind: "linear" | "knn";
      /** @example [
       *       "production"
       *     ] */
      aliases: string[];
      /**
       * @description What makes the vectors that it takes, `NAME@VERSION`.
       * @example shapes@1
       */
      model: string;
      /** @description 0 for h, or the layer of that model's projection head, from 1. */
      layer: number;
      /**
       * @description The length of these vectors.
       * @example 512
       */
      dimension: number;
      /**
       * @description In the order of every list by class.
       * @example [
       *       "circle",
       *       "square"
       *     ]
       */
      classes: string[];
      /**
       * @description How many examples of each class it learnt from.
       * @example [
       *       10,
       *       10
       *     ]
       */
      examples: number[];
      /** @description What its metrics cannot tell, as where labels are few. */
      warnings: string[];
      metrics: {
        /**
         * @description Each example judged by a fit without it, or examples that the training never saw.
         * @enum {string}
         */
        by: "cross-validation" | "held-out";
        /** @description How many examples were judged. */
        count: number;
        /** @description Share whose most probable class is right; null where none could be judged. */
        accuracy: number | null;
        /** @description Of that share. */
        standard_error: number | null;
        /** @description How far probabilities are from being right, on average (15 bins). */
        calibration_error: number | null;
        /** @description The calibration error without scaling. */
        uncalibrated_error: number | null;
        /** @description Mean −ln p of the right class, in nats. */
        cross_entropy: number | null;
        /**
         * @description Counts: a row for each true class, of a column for each predicted one.
         * @example [
         *       [
         *         9,
         *         1
         *       ],
         *       [
         *         0,
         *         10
         *       ]
         *     ]
         */
        confusion: number[][];
        /**
         * @description By class; null where none was judged.
         * @example [
         *       0.9,
         *       1
         *     ]
         */
        recall: (number | null)[];
      };
      /** @description Logits are divided by it, so that probabilities are calibrated. */
      temperature: number;
      /** @description The penalty of a linear fit. */
      l2: number | null;
      /** @description Whence it came. */
      lineage: {
        [key: string]: unknown;
      };
      /** @description What saved it. */
      lookalike_version: string;
    };
    /** @example {
     *       "name": "shapes",
     *       "collection": "pictures"
     *     } */
    ClassifierRequest: {
      /**
       * @description Another version of it is made, if there is one.
       * @example pets
       */
      name: string;
      /**
       * @description `linear` fits a logistic regression; `knn` lets the nearest examples vote. Both choose their strength by cross-validation.
       * @default linear
       * @enum {string}
       */
      kind?: "linear" | "knn";
      /** @description The penalty of a linear fit, λ/2·‖W‖² beside the mean cross-entropy of standardised features; chosen by cross-validation unless given. */
      l2?: number;
      /**
       * @description Its labelled items are the examples.
       * @example pictures
       */
      collection?: string;
      /**
       * @description Items of the collection and their classes, in place of those that have labels.
       * @example [
       *       {
       *         "id": "train/circle/0000",
       *         "label": "circle"
       *       }
       *     ]
       */
      labels?: {
        /**
         * @description The item's name in the collection, percent-encoded in an address (`/` as `%2F`).
         * @example train/circle/0000
         */
        id: string;
        /**
         * @description A class, where somebody has said one.
         * @example circle
         */
        label: string;
      }[];
      /**
       * @description In place of a collection, with `examples`: what embeds them.
       * @example shapes
       */
      model?: string;
      /** @description With `model`: 0 for h, or a layer of its projection head, from 1; 0 unless given. */
      layer?: number;
      /** @description Images, or vectors of that model, and their classes. */
      examples?: components["schemas"]["LabelledExample"][];
    } & (unknown | unknown);
    LabelledExample: {
      /**
       * @description An image file in base64, a data: URI of one, or, where the service allows it, an https address: JPEG, PNG, WebP, GIF, TIFF or AVIF.
       * @example data:image/gif;base64,R0lGODdhAQABAIAAAP8AAP///ywAAAAAAQABAAACAkQBADs=
       */
      image?: string;
      /**
       * @description As many numbers as the collection's dimension; with cosine only their direction counts.
       * @example [
       *       0.6,
       *       0,
       *       0.8
       *     ]
       */
      vector?: number[];
      /**
       * @description A class, where somebody has said one.
       * @example circle
       */
      label: string;
    } & (unknown | unknown);
    ClassifierList: {
      /** @enum {string} */
      object: "list";
      data: components["schemas"]["Classifier"][];
      has_more: boolean;
      first_id: string | null;
      last_id: string | null;
      damaged: components["schemas"]["DamagedClassifier"][];
    };
    Classifier: {
      /**
       * @description `NAME@VERSION`.
       * @example pets@1
       */
      id: string;
      /** @enum {string} */
      object: "classifier";
      /** @description Seconds since 1970. */
      created_at: number;
      /** @example pets */
      name: string;
      /** @example 1 */
      version: string;
      /**
       * @description Whether it decides by a linear layer, or by its examples that are nearest.
       * @enum {string}
       */
      kind: "linear" | "knn";
      /** @example [
       *       "production"
       *     ] */
      aliases: string[];
      /**
       * @description What makes the vectors that it takes, `NAME@VERSION`.
       * @example shapes@1
       */
      model: string;
      /** @description 0 for h, or the layer of that model's projection head, from 1. */
      layer: number;
      /**
       * @description The length of these vectors.
       * @example 512
       */
      dimension: number;
      /**
       * @description In the order of every list by class.
       * @example [
       *       "circle",
       *       "square"
       *     ]
       */
      classes: string[];
      /**
       * @description How many examples of each class it learnt from.
       * @example [
       *       10,
       *       10
       *     ]
       */
      examples: number[];
      /** @description What its metrics cannot tell, as where labels are few. */
      warnings: string[];
      metrics: {
        /**
         * @description Each example judged by a fit without it, or examples that the training never saw.
         * @enum {string}
         */
        by: "cross-validation" | "held-out";
        /** @description How many examples were judged. */
        count: number;
        /** @description Share whose most probable class is right; null where none could be judged. */
        accuracy: number | null;
        /** @description Of that share. */
        standard_error: number | null;
        /** @description How far probabilities are from being right, on average (15 bins). */
        calibration_error: number | null;
      };
    };
    DamagedClassifier: {
      id: string;
      aliases: string[];
      /** @description Which file, what is wrong, what to do. */
      message: string;
    };
    DeletedClassifier: {
      id: string;
      /** @enum {string} */
      object: "classifier";
      /** @enum {boolean} */
      deleted: true;
    };
    Predictions: {
      /** @enum {string} */
      object: "list";
      /** @description The version that answered, `NAME@VERSION`. */
      classifier: string;
      data: components["schemas"]["Prediction"][];
    };
    /** @example {
     *       "object": "prediction",
     *       "index": 0,
     *       "id": "train/circle/0000",
     *       "label": "circle",
     *       "probability": 0.93,
     *       "probabilities": [
     *         {
     *           "label": "circle",
     *           "probability": 0.93
     *         },
     *         {
     *           "label": "square",
     *           "probability": 0.07
     *         }
     *       ]
     *     } */
    Prediction: {
      /** @enum {string} */
      object: "prediction";
      /** @description The input's place in the request. */
      index: number;
      /** @description The item, where ids were given. */
      id: string | null;
      /** @description The most probable class; null where it is less probable than asked. */
      label: string | null;
      /** @description Of the most probable class. */
      probability: number;
      /** @description The most probable first. */
      probabilities: {
        label: string;
        probability: number;
      }[];
    };
    /** @example {
     *       "collection": "pictures",
     *       "ids": [
     *         "train/circle/0000"
     *       ],
     *       "unknown_below": 0.5
     *     } */
    PredictionRequest: {
      /** @description Image files, as an embeddings request has them. */
      images?: string[];
      /** @description Vectors of the classifier's model; only their directions count. */
      vectors?: number[][];
      /** @description Items of the collection. */
      ids?: string[];
      /**
       * @description Where the items are. If their vectors are of another model than the classifier's, their original images are embedded.
       * @example pictures
       */
      collection?: string;
      /** @description How many of the most probable classes are listed; all unless given. */
      top?: number;
      /**
       * @description The label is null where the most probable class is less probable than this.
       * @default 0
       */
      unknown_below?: number;
    } & (unknown | unknown | unknown);
    ClassifierAliasList: {
      /** @enum {string} */
      object: "list";
      data: components["schemas"]["ClassifierAlias"][];
    };
    ClassifierAlias: {
      /** @enum {string} */
      object: "classifier.alias";
      /** @example production */
      alias: string;
      /**
       * @description The version it points to, `NAME@VERSION`.
       * @example pets@2
       */
      classifier: string;
      /** @description When it was set, in seconds since 1970. */
      updated_at: number;
    };
    ClassifierAliasRequest: {
      /**
       * @description `NAME@VERSION`, `NAME` for the version that is newest now, or another alias.
       * @example pets@2
       */
      classifier: string;
    };
    DeletedClassifierAlias: {
      /** @enum {string} */
      object: "classifier.alias";
      alias: string;
      /** @enum {boolean} */
      deleted: true;
    };
    FineTuningJob: {
      /** @enum {string} */
      object: "fine_tuning.job";
      id: string;
      /** @enum {string} */
      status: "queued" | "running" | "succeeded" | "failed" | "cancelled";
      /** @description Seconds since 1970, as all times. */
      created_at: number;
      started_at: number | null;
      finished_at: number | null;
      /** @description By its last progress, while it runs. */
      estimated_finish: number | null;
      /** @description Its turn among those that wait, about: the keys that asked take turns. null once it runs, and where more than 1,000 wait. */
      queue_position: number | null;
      /** @description Why it failed, in a sentence. */
      error: {
        code: string;
        message: string;
        param: string | null;
      } | null;
      /** @description What was measured, once it has succeeded. */
      metrics: {
        [key: string]: unknown;
      } | null;
      /** @description First with what it came from; then, where it has one, with what the alias has. */
      comparisons: {
        /** @description What the result is compared with. */
        with: string;
        measure: string;
        /** @description On how many examples. */
        count: number;
        before: number;
        after: number;
        /** @description null where the examples are too few to say. */
        is_better: boolean | null;
        reason: string;
      }[];
      warnings: string[];
      /** @description What became of the alias that was to follow. */
      promotion: {
        alias: string;
        /** @enum {string} */
        when: "if_better" | "always";
        /** @enum {string} */
        status: "pending" | "promoted" | "kept";
        reason: string | null;
      } | null;
      /** @description How often its process was started. */
      starts: number;
      /** @description The encoder that it began from, `NAME@VERSION`. */
      model: string;
      /** @description The classifier that came out, `NAME@VERSION`. */
      fine_tuned_model: string | null;
      /** @description The encoder under it, where that is a new one. */
      fine_tuned_encoder: string | null;
      collection: string;
      method: {
        /** @enum {string} */
        type: "probe" | "full" | "head_layer";
        layer: number;
      };
      /** @description A probe has none. */
      hyperparameters: {
        n_epochs?: number;
        least_steps?: number;
        batch_size?: number;
        learning_rate?: number;
        weight_decay?: number;
        /** @enum {string} */
        unlabelled?: "none" | "contrastive" | "distillation";
        unlabelled_weight?: number;
      };
      seed: number;
      held_out: number;
      suffix: string;
      /**
       * @description For OpenAI's clients.
       * @enum {string}
       */
      organization_id: "lookalike";
      /** @description The collection, for OpenAI's clients. */
      training_file: string;
      validation_file: null;
      /** @description None, for OpenAI's clients. */
      result_files: string[];
      trained_tokens: null;
    };
    /** @example {
     *       "model": "shapes",
     *       "collection": "pictures",
     *       "suffix": "kinds"
     *     } */
    FineTuningJobRequest: {
      /**
       * @description The encoder to begin from: an alias, `NAME` or `NAME@VERSION`.
       * @example shapes
       */
      model: string;
      /**
       * @description The collection whose items it learns from, as they are now.
       * @example pictures
       */
      collection: string;
      /** @description Labels in place of those that the items have: the others count as unlabelled. */
      labels?: {
        /**
         * @description The item's name in the collection, percent-encoded in an address (`/` as `%2F`).
         * @example train/circle/0000
         */
        id: string;
        /**
         * @description A class, where somebody has said one.
         * @example circle
         */
        label: string;
      }[];
      /** @default {
       *       "type": "auto"
       *     } */
      method?: {
        /**
         * @description A linear layer on frozen features, everything, or everything from a layer within the head; auto decides by the labels of each class, and for full where there are hyperparameters.
         * @enum {string}
         */
        type: "auto" | "probe" | "full" | "head_layer";
        /** @description The layer under the classifier: 0 for h; with head_layer 1 unless told. */
        layer?: number;
      };
      /**
       * @description Of the methods that train; a probe has none.
       * @default {}
       */
      hyperparameters?: {
        /**
         * @description Passes over the labelled images; 60 unless told.
         * @default auto
         */
        n_epochs?: "auto" | number;
        /**
         * @description Steps at least, however few the images; 200 unless told.
         * @default auto
         */
        least_steps?: "auto" | number;
        /**
         * @description Images a step; 64 unless told, and never more than there are.
         * @default auto
         */
        batch_size?: "auto" | number;
        /**
         * @description For 256 images: it grows and falls with the batch. 0.2 unless told.
         * @default auto
         */
        learning_rate?: "auto" | number;
        /**
         * @description 0 unless told.
         * @default auto
         */
        weight_decay?: "auto" | number;
        /**
         * @description How the items without a label take part: not at all unless told; by NT-Xent on two views of them; or as a student learns from what the fine-tuned network says of them (SimCLRv2).
         * @default auto
         */
        unlabelled?: "auto" | ("none" | "contrastive" | "distillation");
        /**
         * @description The weight of what they add to the loss; 1 unless told.
         * @default auto
         */
        unlabelled_weight?: "auto" | number;
      };
      /**
       * @description All that is random in the job is a function of it.
       * @default 0
       */
      seed?: number;
      /** @description The share of labels that judge and do not teach, 0.2 unless told; the same items for all jobs of a collection. A probe is judged by cross-validation instead. */
      held_out?: number;
      /**
       * @description The result is called by the encoder's name, `-` and this.
       * @default tuned
       */
      suffix?: string;
      /**
       * @description An alias that is pointed to the result: always, or only if it is better than what the alias has (or, without one, than what it came from), by ten held-out examples at least.
       * @default null
       */
      promote?: {
        /** @example production */
        alias: string;
        /**
         * @default if_better
         * @enum {string}
         */
        when?: "if_better" | "always";
      } | null;
    };
    FineTuningJobList: {
      /** @enum {string} */
      object: "list";
      data: components["schemas"]["FineTuningJob"][];
      has_more: boolean;
      first_id: string | null;
      /** @description What to send as `after` for the next page. */
      last_id: string | null;
    };
    PretrainingJob: {
      /** @enum {string} */
      object: "pretraining.job";
      id: string;
      /** @enum {string} */
      status: "queued" | "running" | "succeeded" | "failed" | "cancelled";
      /** @description Seconds since 1970, as all times. */
      created_at: number;
      started_at: number | null;
      finished_at: number | null;
      /** @description By its last progress, while it runs. */
      estimated_finish: number | null;
      /** @description Its turn among those that wait, about: the keys that asked take turns. null once it runs, and where more than 1,000 wait. */
      queue_position: number | null;
      /** @description Why it failed, in a sentence. */
      error: {
        code: string;
        message: string;
        param: string | null;
      } | null;
      /** @description What was measured, once it has succeeded. */
      metrics: {
        [key: string]: unknown;
      } | null;
      /** @description First with what it came from; then, where it has one, with what the alias has. */
      comparisons: {
        /** @description What the result is compared with. */
        with: string;
        measure: string;
        /** @description On how many examples. */
        count: number;
        before: number;
        after: number;
        /** @description null where the examples are too few to say. */
        is_better: boolean | null;
        reason: string;
      }[];
      warnings: string[];
      /** @description What became of the alias that was to follow. */
      promotion: {
        alias: string;
        /** @enum {string} */
        when: "if_better" | "always";
        /** @enum {string} */
        status: "pending" | "promoted" | "kept";
        reason: string | null;
      } | null;
      /** @description How often its process was started. */
      starts: number;
      /** @description The encoder that came out, `NAME@VERSION`. */
      model: string | null;
      name: string;
      from: string | null;
      collection: string | null;
      folder: string | null;
      preset: string | null;
      hyperparameters: {
        [key: string]: unknown;
      };
    };
    /** @example {
     *       "collection": "pictures",
     *       "name": "flowers",
     *       "hyperparameters": {
     *         "epochs": 100
     *       }
     *     } */
    PretrainingJobRequest: {
      /**
       * @description A collection whose original images it learns from, as they are now.
       * @example pictures
       */
      collection?: string;
      /** @description In its place: a folder of images that the operator has allowed, by its whole path. */
      folder?: string;
      /**
       * @description The name of the encoder.
       * @example flowers
       */
      name: string;
      /**
       * @description The configuration to begin from, such as `cifar10-small`.
       * @default null
       */
      preset?: string | null;
      /** @description Fields of the training's configuration over the preset's, as `deno task pretrain --help` lists them: `epochs`, `batch_size`, `image_size`, `seed` … What it does not take fails the job. */
      hyperparameters?: {
        [key: string]: string | number | boolean | null;
      };
      /**
       * @description An encoder whose weights it begins with; null for random ones.
       * @default null
       * @example shapes
       */
      from?: string | null;
      /**
       * @description An alias of models that is to follow.
       * @default null
       */
      promote?: {
        /** @example production */
        alias: string;
        /**
         * @default if_better
         * @enum {string}
         */
        when?: "if_better" | "always";
      } | null;
    } & (unknown | unknown);
    PretrainingJobList: {
      /** @enum {string} */
      object: "list";
      data: components["schemas"]["PretrainingJob"][];
      has_more: boolean;
      first_id: string | null;
      /** @description What to send as `after` for the next page. */
      last_id: string | null;
    };
    JobEventList: {
      /** @enum {string} */
      object: "list";
      data: components["schemas"]["JobEvent"][];
      has_more: boolean;
      first_id: string | null;
      /** @description What to send as `after` for the next page. */
      last_id: string | null;
    };
    /** @example {
     *       "object": "fine_tuning.job.event",
     *       "id": "7",
     *       "created_at": 1767225600,
     *       "level": "info",
     *       "type": "progress",
     *       "message": "Step 120 of 200: loss 0.412, 40 s left.",
     *       "data": {
     *         "step": 120,
     *         "total_steps": 200,
     *         "loss": 0.412,
     *         "seconds_left": 40
     *       }
     *     } */
    JobEvent: {
      /** @enum {string} */
      object: "fine_tuning.job.event" | "pretraining.job.event";
      /** @description Its number in the job, from 1. */
      id: string;
      created_at: number;
      /** @enum {string} */
      level: "info" | "warn" | "error";
      /** @enum {string} */
      type: "message" | "progress" | "checkpoint" | "status";
      /** @description A sentence. */
      message: string;
      /** @description Of progress: `step`, `total_steps`, `loss`, and what else is measured, such as `seconds_left`. */
      data: {
        [key: string]: unknown;
      };
    };
    JobCheckpointList: {
      /** @enum {string} */
      object: "list";
      data: components["schemas"]["JobCheckpoint"][];
      has_more: boolean;
      first_id: string | null;
      /** @description What to send as `after` for the next page. */
      last_id: string | null;
    };
    JobCheckpoint: {
      /** @enum {string} */
      object: "fine_tuning.job.checkpoint" | "pretraining.job.checkpoint";
      id: string;
      created_at: number;
      job_id: string;
      /** @description The same, for OpenAI's clients. */
      fine_tuning_job_id: string;
      /** @description It is no model of its own: the job alone goes on from it. */
      fine_tuned_model_checkpoint: null;
      step_number: number;
      metrics: {
        [key: string]: unknown;
      };
    };
    ModelList: {
      /** @enum {string} */
      object: "list";
      data: components["schemas"]["Model"][];
      damaged: components["schemas"]["DamagedModel"][];
    };
    Model: {
      /**
       * @description `NAME@VERSION`.
       * @example shapes@1
       */
      id: string;
      /** @enum {string} */
      object: "model";
      /** @description When it was saved, in seconds since 1970. */
      created: number;
      /** @enum {string} */
      owned_by: "lookalike";
      /** @example shapes */
      name: string;
      /** @example 1 */
      version: string;
      /**
       * @description In memory and warm, on its way there, or on disk until somebody asks for it; each answers.
       * @enum {string}
       */
      status: "ready" | "warming" | "saved";
      /** @example [
       *       "production"
       *     ] */
      aliases: string[];
      /**
       * @description The length of an embedding.
       * @example 512
       */
      dimension: number;
      /**
       * @description The length of an embedding by `layer`: that of h, then those of the head.
       * @example [
       *       512,
       *       512,
       *       128
       *     ]
       */
      layers: number[];
      /**
       * @description The side to which images are resized, in pixels.
       * @example 32
       */
      input_size: number;
      /** @example {
       *       "family": "resnet18",
       *       "stem": "cifar"
       *     } */
      architecture: {
        [key: string]: unknown;
      };
      /** @description What training and evaluation measured. */
      metrics: {
        [key: string]: unknown;
      };
    };
    DamagedModel: {
      id: string;
      aliases: string[];
      /** @description Which file, what is wrong, what to do. */
      message: string;
    };
    ModelDescription: {
      /**
       * @description `NAME@VERSION`.
       * @example shapes@1
       */
      id: string;
      /** @enum {string} */
      object: "model";
      /** @description When it was saved, in seconds since 1970. */
      created: number;
      /** @enum {string} */
      owned_by: "lookalike";
      /** @example shapes */
      name: string;
      /** @example 1 */
      version: string;
      /**
       * @description In memory and warm, on its way there, or on disk until somebody asks for it; each answers.
       * @enum {string}
       */
      status: "ready" | "warming" | "saved";
      /** @example [
       *       "production"
       *     ] */
      aliases: string[];
      /**
       * @description The length of an embedding.
       * @example 512
       */
      dimension: number;
      /**
       * @description The length of an embedding by `layer`: that of h, then those of the head.
       * @example [
       *       512,
       *       512,
       *       128
       *     ]
       */
      layers: number[];
      /**
       * @description The side to which images are resized, in pixels.
       * @example 32
       */
      input_size: number;
      /** @example {
       *       "family": "resnet18",
       *       "stem": "cifar"
       *     } */
      architecture: {
        [key: string]: unknown;
      };
      /** @description What training and evaluation measured. */
      metrics: {
        [key: string]: unknown;
      };
      /** @description How an image becomes its input. */
      preprocessing: {
        [key: string]: unknown;
      };
      /** @description The training's resolved configuration. */
      configuration: {
        [key: string]: unknown;
      };
      /** @description What it was trained from, if kept. */
      lineage: {
        [key: string]: unknown;
      } | null;
      weights: {
        bytes: number;
        sha256: string;
      };
      /** @description What saved it. */
      lookalike_version: string;
    };
    DeletedModel: {
      id: string;
      /** @enum {string} */
      object: "model";
      /** @enum {boolean} */
      deleted: true;
    };
    AliasList: {
      /** @enum {string} */
      object: "list";
      data: components["schemas"]["Alias"][];
    };
    Alias: {
      /** @enum {string} */
      object: "alias";
      /** @example production */
      alias: string;
      /**
       * @description The version it points to, `NAME@VERSION`.
       * @example shapes@2
       */
      model: string;
      /** @description When it was set, in seconds since 1970. */
      updated_at: number;
    };
    AliasRequest: {
      /**
       * @description `NAME@VERSION`, `NAME` for the version that is newest now, or another alias.
       * @example shapes@2
       */
      model: string;
    };
    DeletedAlias: {
      /** @enum {string} */
      object: "alias";
      alias: string;
      /** @enum {boolean} */
      deleted: true;
    };
    CreatedKey: {
      /** @enum {string} */
      object: "key";
      /** @description The part of its token that is no secret. */
      id: string;
      name: string;
      /**
       * @description What it may do: every scope includes `read`, and `admin` all of them.
       * @example [
       *       "write"
       *     ]
       */
      scopes: ("read" | "write" | "train" | "admin")[];
      /** @description Its own limit; null for the service's. */
      requests_per_minute: number | null;
      /** @description Seconds since 1970, as the next two. */
      created_at: number;
      expires_at: number | null;
      last_used_at: number | null;
      /**
       * @description What `Authorization: Bearer` takes. It is shown only here: its hash is kept.
       * @example lk_0123456789ab_0123456789abcdefghijklmnopqrstuvwxyzABCDEFG
       */
      token: string;
    };
    KeyRequest: {
      /**
       * @description For people.
       * @example ci
       */
      name: string;
      /**
       * @description What it may do: every scope includes `read`, and `admin` all of them.
       * @example [
       *       "write"
       *     ]
       */
      scopes: ("read" | "write" | "train" | "admin")[];
      /** @default null */
      requests_per_minute?: number | null;
      /**
       * @description For how many seconds it is valid; null for ever.
       * @default null
       */
      expires_in?: number | null;
    };
    KeyList: {
      /** @enum {string} */
      object: "list";
      data: components["schemas"]["Key"][];
    };
    Key: {
      /** @enum {string} */
      object: "key";
      /** @description The part of its token that is no secret. */
      id: string;
      name: string;
      /**
       * @description What it may do: every scope includes `read`, and `admin` all of them.
       * @example [
       *       "write"
       *     ]
       */
      scopes: ("read" | "write" | "train" | "admin")[];
      /** @description Its own limit; null for the service's. */
      requests_per_minute: number | null;
      /** @description Seconds since 1970, as the next two. */
      created_at: number;
      expires_at: number | null;
      last_used_at: number | null;
    };
    DeletedKey: {
      /** @enum {string} */
      object: "key.deleted";
      id: string;
      /** @enum {boolean} */
      deleted: true;
    };
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
  createEmbeddings: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["EmbeddingsRequest"];
        "multipart/form-data": components["schemas"]["EmbeddingsForm"];
      };
    };
    responses: {
      /** @description An embedding for each image, in order. */
      200: {
        headers: {
          /** @description Milliseconds that the slowest image spent being decoded, waiting for a batch, and being computed (W3C Server Timing). */
          "Server-Timing"?: string;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["EmbeddingsResponse"];
        };
      };
    };
  };
  listCollections: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The collections, by name. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["CollectionList"];
        };
      };
    };
  };
  createCollection: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["CollectionRequest"];
      };
    };
    responses: {
      /** @description It is there, without items. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Collection"];
        };
      };
    };
  };
  getCollection: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The collection. */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The collection. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Collection"];
        };
      };
    };
  };
  deleteCollection: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The collection. */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It is deleted. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Deleted"];
        };
      };
    };
  };
  updateCollection: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The collection. */
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["CollectionPatch"];
      };
    };
    responses: {
      /** @description The collection as it is now. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Collection"];
        };
      };
    };
  };
  listItems: {
    parameters: {
      query?: {
        /** @description How many to list. */
        limit?: number;
        /** @description The `next` of the page before; the first page has none. */
        after?: string;
        /** @description Only items of this class. */
        label?: string;
        /** @description Whether their vectors are listed too. */
        vectors?: boolean;
      };
      header?: never;
      path: {
        /** @description The collection. */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of items. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ItemPage"];
        };
      };
    };
  };
  upsertItems: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The collection. */
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["UpsertRequest"];
      };
    };
    responses: {
      /** @description They are kept, and will be after a crash. */
      200: {
        headers: {
          /** @description Milliseconds that the slowest image spent being decoded, waiting for a batch, and being computed (W3C Server Timing). */
          "Server-Timing"?: string;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Upserted"];
        };
      };
    };
  };
  getItem: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The collection. */
        name: string;
        /** @description The item's name in the collection, percent-encoded in an address (`/` as `%2F`). */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The item. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Item"];
        };
      };
    };
  };
  deleteItem: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The collection. */
        name: string;
        /** @description The item's name in the collection, percent-encoded in an address (`/` as `%2F`). */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It is deleted. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Deleted"];
        };
      };
    };
  };
  updateItem: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The collection. */
        name: string;
        /** @description The item's name in the collection, percent-encoded in an address (`/` as `%2F`). */
        id: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ItemPatch"];
      };
    };
    responses: {
      /** @description The item as it is now. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Item"];
        };
      };
    };
  };
  deleteItems: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The collection. */
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ItemDeletion"];
      };
    };
    responses: {
      /** @description They are not there any more. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["DeletedItems"];
        };
      };
    };
  };
  getItemImage: {
    parameters: {
      query?: never;
      header?: {
        /** @description The `ETag` of what the caller has; if it is the same, 304 without a body. */
        "If-None-Match"?: string;
      };
      path: {
        /** @description The collection. */
        name: string;
        /** @description The item's name in the collection, percent-encoded in an address (`/` as `%2F`). */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The image. */
      200: {
        headers: {
          /** @description SHA-256 of the file, in quotes. */
          ETag: string;
          "Cache-Control": string;
          [name: string]: unknown;
        };
        content: {
          "image/jpeg": string;
          "image/png": string;
          "image/webp": string;
          "image/gif": string;
          "image/tiff": string;
          "image/avif": string;
        };
      };
      /** @description The caller has it. */
      304: {
        headers: {
          /** @description SHA-256 of the file, in quotes. */
          ETag: string;
          "Cache-Control": string;
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  getItemThumbnail: {
    parameters: {
      query?: never;
      header?: {
        /** @description The `ETag` of what the caller has; if it is the same, 304 without a body. */
        "If-None-Match"?: string;
      };
      path: {
        /** @description The collection. */
        name: string;
        /** @description The item's name in the collection, percent-encoded in an address (`/` as `%2F`). */
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The thumbnail. */
      200: {
        headers: {
          /** @description SHA-256 of the file, in quotes. */
          ETag: string;
          "Cache-Control": string;
          [name: string]: unknown;
        };
        content: {
          "image/webp": string;
        };
      };
      /** @description The caller has it. */
      304: {
        headers: {
          /** @description SHA-256 of the file, in quotes. */
          ETag: string;
          "Cache-Control": string;
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  search: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The collection. */
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["SearchRequest"];
      };
    };
    responses: {
      /** @description The items found. */
      200: {
        headers: {
          /** @description Milliseconds that the slowest image spent being decoded, waiting for a batch, and being computed (W3C Server Timing). */
          "Server-Timing"?: string;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Hits"];
        };
      };
    };
  };
  searchBatch: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The collection. */
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["BatchSearchRequest"];
      };
    };
    responses: {
      /** @description What each search found, in their order. */
      200: {
        headers: {
          /** @description Milliseconds that the slowest image spent being decoded, waiting for a batch, and being computed (W3C Server Timing). */
          "Server-Timing"?: string;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["HitsList"];
        };
      };
    };
  };
  listDuplicates: {
    parameters: {
      query?: {
        /** @description The least score of a pair, 0.98 unless given; must be given where the metric is not cosine (with euclidean it is the greatest distance). */
        threshold?: number;
        /** @description Items whose neighbours are looked at. */
        limit?: number;
        /** @description The `next` of the page before; the first page has none. */
        after?: string;
      };
      header?: never;
      path: {
        /** @description The collection. */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of pairs. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["DuplicatePage"];
        };
      };
    };
  };
  getReembedding: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The collection. */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description How far it is. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Reembedding"];
        };
      };
    };
  };
  beginReembedding: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The collection. */
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ReembeddingRequest"];
      };
    };
    responses: {
      /** @description The collection as it is now. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Collection"];
        };
      };
    };
  };
  cancelReembedding: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The collection. */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The collection as it is now, without any new vectors. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Collection"];
        };
      };
    };
  };
  suggestItems: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The collection. */
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["SuggestionRequest"];
      };
    };
    responses: {
      /** @description What to label next. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Suggestions"];
        };
      };
    };
  };
  listLabelMistakes: {
    parameters: {
      query?: {
        /** @description How many to list. */
        limit?: number;
        /** @description The same draws the same. */
        seed?: number;
      };
      header?: never;
      path: {
        /** @description The collection. */
        name: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description What is likely wrong. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["LabelMistakes"];
        };
      };
    };
  };
  predictCollection: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The collection. */
        name: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["CollectionPredictionRequest"];
      };
    };
    responses: {
      /** @description What was written. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["CollectionPredictions"];
        };
      };
    };
  };
  listClassifiers: {
    parameters: {
      query?: {
        /** @description How many to list. */
        limit?: number;
        /** @description The `last_id` of the page before; the first page has none. */
        after?: string;
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The classifiers, by name and the oldest first, and apart from them all whose files are damaged. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ClassifierList"];
        };
      };
    };
  };
  createClassifier: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ClassifierRequest"];
      };
    };
    responses: {
      /** @description The classifier, saved as a new version of its name. */
      200: {
        headers: {
          /** @description Milliseconds that the slowest image spent being decoded, waiting for a batch, and being computed (W3C Server Timing). */
          "Server-Timing"?: string;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ClassifierDescription"];
        };
      };
    };
  };
  getClassifier: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description A classifier: an alias, `NAME` for its newest version, or `NAME@VERSION`. */
        classifier: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The version that answers for that name now. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ClassifierDescription"];
        };
      };
    };
  };
  deleteClassifier: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description `NAME@VERSION`. */
        classifier: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It is deleted. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["DeletedClassifier"];
        };
      };
    };
  };
  predict: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description A classifier: an alias, `NAME` for its newest version, or `NAME@VERSION`. */
        classifier: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["PredictionRequest"];
      };
    };
    responses: {
      /** @description What it says of each, in order. */
      200: {
        headers: {
          /** @description Milliseconds that the slowest image spent being decoded, waiting for a batch, and being computed (W3C Server Timing). */
          "Server-Timing"?: string;
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Predictions"];
        };
      };
    };
  };
  listClassifierAliases: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The aliases, by name. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ClassifierAliasList"];
        };
      };
    };
  };
  setClassifierAlias: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description A name that no classifier has. */
        alias: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["ClassifierAliasRequest"];
      };
    };
    responses: {
      /** @description Where it points now. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ClassifierAlias"];
        };
      };
    };
  };
  deleteClassifierAlias: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description A name that no classifier has. */
        alias: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It is deleted; the classifier stays. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["DeletedClassifierAlias"];
        };
      };
    };
  };
  listFineTuningJobs: {
    parameters: {
      query?: {
        limit?: number;
        /** @description The `id` of the last job of the page before; the first page has none. */
        after?: string;
        /** @description Only jobs that stand there. */
        status?: "queued" | "running" | "succeeded" | "failed" | "cancelled";
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of jobs. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["FineTuningJobList"];
        };
      };
    };
  };
  createFineTuningJob: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same body is answered with the job that it has made. */
        "Idempotency-Key"?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["FineTuningJobRequest"];
      };
    };
    responses: {
      /** @description The job, which waits in the queue. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["FineTuningJob"];
        };
      };
    };
  };
  getFineTuningJob: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The job's id. */
        job: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The job. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["FineTuningJob"];
        };
      };
    };
  };
  cancelFineTuningJob: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The job's id. */
        job: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The job, which is cancelled. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["FineTuningJob"];
        };
      };
    };
  };
  listPretrainingJobs: {
    parameters: {
      query?: {
        limit?: number;
        /** @description The `id` of the last job of the page before; the first page has none. */
        after?: string;
        /** @description Only jobs that stand there. */
        status?: "queued" | "running" | "succeeded" | "failed" | "cancelled";
      };
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description A page of jobs. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["PretrainingJobList"];
        };
      };
    };
  };
  createPretrainingJob: {
    parameters: {
      query?: never;
      header?: {
        /** @description The same key with the same body is answered with the job that it has made. */
        "Idempotency-Key"?: string;
      };
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["PretrainingJobRequest"];
      };
    };
    responses: {
      /** @description The job, which waits in the queue. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["PretrainingJob"];
        };
      };
    };
  };
  getPretrainingJob: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The job's id. */
        job: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The job. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["PretrainingJob"];
        };
      };
    };
  };
  cancelPretrainingJob: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description The job's id. */
        job: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The job, which is cancelled. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["PretrainingJob"];
        };
      };
    };
  };
  listFineTuningEvents: {
    parameters: {
      query?: {
        /** @description The `id` of the event after which to begin. */
        after?: string;
        limit?: number;
      };
      header?: {
        /** @description Of a stream: the `id` of the last event that the caller has. */
        "Last-Event-ID"?: string;
      };
      path: {
        /** @description The job's id. */
        job: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Events, the oldest first. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["JobEventList"];
          "text/event-stream": string;
        };
      };
      /** @description Of a stream: the job is over, and the caller has all its events. */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  listFineTuningCheckpoints: {
    parameters: {
      query?: {
        /** @description The `id` of the event after which to begin. */
        after?: string;
        limit?: number;
      };
      header?: never;
      path: {
        /** @description The job's id. */
        job: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Checkpoints, the oldest first. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["JobCheckpointList"];
        };
      };
    };
  };
  listPretrainingEvents: {
    parameters: {
      query?: {
        /** @description The `id` of the event after which to begin. */
        after?: string;
        limit?: number;
      };
      header?: {
        /** @description Of a stream: the `id` of the last event that the caller has. */
        "Last-Event-ID"?: string;
      };
      path: {
        /** @description The job's id. */
        job: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Events, the oldest first. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["JobEventList"];
          "text/event-stream": string;
        };
      };
      /** @description Of a stream: the job is over, and the caller has all its events. */
      204: {
        headers: {
          [name: string]: unknown;
        };
        content?: never;
      };
    };
  };
  listPretrainingCheckpoints: {
    parameters: {
      query?: {
        /** @description The `id` of the event after which to begin. */
        after?: string;
        limit?: number;
      };
      header?: never;
      path: {
        /** @description The job's id. */
        job: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Checkpoints, the oldest first. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["JobCheckpointList"];
        };
      };
    };
  };
  listModels: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The models, by name and version, and apart from them those whose files are damaged. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ModelList"];
        };
      };
    };
  };
  getModel: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description An encoder: an alias, `NAME` for its newest version, or `NAME@VERSION`. */
        model: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The version that answers for that name now. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["ModelDescription"];
        };
      };
    };
  };
  deleteModel: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description `NAME@VERSION`. */
        model: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It is deleted. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["DeletedModel"];
        };
      };
    };
  };
  listAliases: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The aliases, by name. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["AliasList"];
        };
      };
    };
  };
  setAlias: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description A name that no encoder has. */
        alias: string;
      };
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["AliasRequest"];
      };
    };
    responses: {
      /** @description Where it points now. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["Alias"];
        };
      };
    };
  };
  deleteAlias: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        /** @description A name that no encoder has. */
        alias: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It is deleted; the model stays. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["DeletedAlias"];
        };
      };
    };
  };
  listKeys: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description The keys that were not revoked, the oldest first. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["KeyList"];
        };
      };
    };
  };
  createKey: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody: {
      content: {
        "application/json": components["schemas"]["KeyRequest"];
      };
    };
    responses: {
      /** @description The key, with its token. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["CreatedKey"];
        };
      };
    };
  };
  revokeKey: {
    parameters: {
      query?: never;
      header?: never;
      path: {
        id: string;
      };
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It is valid no more. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": components["schemas"]["DeletedKey"];
        };
      };
    };
  };
  isAlive: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description It does. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @enum {string} */
            status: "alive";
          };
        };
      };
    };
  };
  isReady: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description They may. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "application/json": {
            /** @enum {string} */
            status: "ready";
          };
        };
      };
    };
  };
  getMetrics: {
    parameters: {
      query?: never;
      header?: never;
      path?: never;
      cookie?: never;
    };
    requestBody?: never;
    responses: {
      /** @description Prometheus's text format. */
      200: {
        headers: {
          [name: string]: unknown;
        };
        content: {
          "text/plain": string;
        };
      };
    };
  };
}
