import type { SchemaElement } from "hyparquet";
import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import { writeAll } from "../../src/files.ts";
import { VERSION } from "../../src/version.ts";
import { type EmbeddingWriter, rowsOf } from "./embeddings.ts";

/** Numbers in a group of rows, which is in memory at once, each as an object of some 30 bytes. */
const GROUP_VALUES = 1 << 20;

/** `id` string, `vector` list<float>, neither ever null. */
const SCHEMA: SchemaElement[] = [
  { name: "schema", num_children: 2 },
  { name: "id", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "REQUIRED" },
  { name: "vector", num_children: 1, converted_type: "LIST", repetition_type: "REQUIRED" },
  { name: "list", num_children: 1, repetition_type: "REPEATED" },
  { name: "element", type: "FLOAT", repetition_type: "REQUIRED" },
];

/**
 * Writes a Parquet file with a column `id` (string) and a column `vector` (list of float), in groups
 * of rows, of which one at a time is in memory.
 *
 * @param file Where it goes.
 * @param batches The embeddings.
 * @param options F.
 */
export const writeParquet: EmbeddingWriter = async (file, batches, { dimension }) => {
  const bytes = new ByteWriter();
  const createdBy = `Lookalike version ${VERSION}`;
  const writer = new ParquetWriter({ writer: bytes, schema: SCHEMA, createdBy });
  const groupRows = Math.max(1, Math.floor(GROUP_VALUES / dimension));
  let ids: string[] = [];
  let vectors: number[][] = [];
  const flush = async () => {
    await writeAll(file, bytes.getBytes());
    bytes.index = 0; // its offset, of which the file's footer speaks, goes on
  };
  const writeGroup = async () => {
    // Floats neither repeat nor shrink: looking for a dictionary and compressing only take time.
    const plain = { encoding: "PLAIN", codec: "UNCOMPRESSED", statistics: false } as const;
    const columnData = [{ name: "id", data: ids }, { name: "vector", data: vectors, ...plain }];
    await writer.write({ columnData, rowGroupSize: groupRows });
    await flush();
    ids = [];
    vectors = [];
  };
  for await (const batch of batches) {
    for (const [at, row] of rowsOf(batch).entries()) {
      ids.push(batch.ids[at]);
      vectors.push(Array.from(row));
      if (ids.length === groupRows) await writeGroup();
    }
  }
  if (ids.length > 0) await writeGroup();
  await writer.finish();
  await flush();
};
