import type { DatabaseSync } from "node:sqlite";
import type { CollectionRows } from "./collection_rows.ts";
import type { ImageFiles } from "./image_files.ts";
import type { ImageRows } from "./image_rows.ts";
import type { ItemRows } from "./item_rows.ts";
import type { Janitor } from "./janitor.ts";
import type { OpenIndexes } from "./open_indexes.ts";
import type { InOrder } from "./order.ts";
import type { ReembeddingRows } from "./reembedding_rows.ts";

/** What the methods of SQLite collections stand on. */
export interface Parts {
  database: DatabaseSync;
  collections: CollectionRows;
  items: ItemRows;
  images: ImageRows;
  reembeddings: ReembeddingRows;
  files: ImageFiles;
  indexes: OpenIndexes;
  janitor: Janitor;
  /** Runs writes in order. */
  inOrder: InOrder;
  /** Runs what nobody waits for, except who closes; a failure is logged. */
  behind(work: () => Promise<unknown>): void;
}
