import type { ImageSource } from "./image_source.ts";
import type { components, operations } from "./schema.ts";

type Schemas = components["schemas"];

/** What may be given up: the signal ends the request, and the waiting before another try. */
export interface Abortable {
  signal?: AbortSignal;
}

/** Numbers in the place of a vector `[F]`. */
export type Vector = Float32Array | number[];

/** An image or several. */
export type Images = ImageSource | ImageSource[];

/** What embeds, and how. */
export type EmbedOptions =
  & Omit<Schemas["EmbeddingsRequest"], "input" | "encoding_format">
  & Abortable;

/** Embeddings. */
export interface Embedded {
  /** The version that answered, `NAME@VERSION`. */
  model: string;
  /** Float32 `[F]` of each image, in order. */
  vectors: Float32Array[];
}

/** What an image or a vector stands in for. */
interface Given {
  image?: ImageSource;
  vector?: Vector;
}

/** An item to be kept: an image or a vector under a name of your own. */
export type NewItem = Omit<Schemas["ItemInput"], keyof Given> & Given;

/** Items to be kept, all or none. */
export interface NewItems extends Abortable {
  items: NewItem[];
  /** What embeds their images; the collection's unless given. */
  model?: string;
}

/** One example of what is looked for: an image, a vector or an item's id. */
export type Example = Omit<Schemas["Example"], keyof Given> & Given;

/** What is looked for: an example, or the `mean` of several. */
export type Search =
  & Omit<Schemas["SearchRequest"], keyof Given | "mean">
  & Given
  & { mean?: Example[] }
  & Abortable;

/** What is found. */
export type Hit = Schemas["Hit"];
/** An item of a collection. */
export type Item = Schemas["Item"];
/** Two items that are nearly the same. */
export type Duplicate = Schemas["Duplicate"];
/** How many items were new, and how many replaced. */
export type Upserted = Schemas["Upserted"];

type QueryOf<Operation extends keyof operations> = Omit<
  NonNullable<operations[Operation]["parameters"]["query"]>,
  "after"
>;

/** Which items to go through; `limit` is the length of a page. */
export type ItemsOptions = QueryOf<"listItems"> & Abortable;
/** How similar a pair must be; `limit` is how many items a page looks at. */
export type DuplicatesOptions = QueryOf<"listDuplicates"> & Abortable;
