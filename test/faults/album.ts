import { join } from "node:path";
import { createApi } from "../e2e/api.ts";
import { homeWithEncoders } from "../e2e/home.ts";
import { drawPictures, type Picture } from "./pictures.ts";
import type { Api } from "./world.ts";

const SIDE = 16;

/** Settings under which the service is ready soon. */
export const SMALL = {
  LOOKALIKE_THREADS: "1",
  LOOKALIKE_DECODERS: "1",
  LOOKALIKE_MAX_BATCH: "8",
};

/** A home with two versions of an encoder, and pictures for it. */
export interface AlbumHome extends AsyncDisposable {
  home: string;
  pictures: Picture[];
}

/**
 * Makes a home and pictures. TensorFlow must run.
 *
 * @param count How many pictures.
 * @returns Both; disposing of them removes the home.
 */
export async function albumHome(count: number): Promise<AlbumHome> {
  const data = await homeWithEncoders("tiny", { versions: 2, side: SIDE });
  const pictures = await drawPictures(count, { encoders: data.encoders, side: SIDE });
  return { home: data.home, pictures, [Symbol.asyncDispose]: data[Symbol.asyncDispose] };
}

/**
 * Makes collections of the pictures, `0`, `1` … each.
 *
 * @param url Where the service is.
 * @param options The pictures; `albums` has how each collection is searched, by name.
 * @returns What the service is asked by.
 */
export async function fillAlbums(
  url: string,
  { pictures, albums }: { pictures: Picture[]; albums: Record<string, "exact" | "hnsw"> },
): Promise<Api> {
  const api = createApi(url);
  for (const [name, index] of Object.entries(albums)) {
    await api.ok("POST", "/v1/collections", { name, index, model: "tiny@1" });
    await putPictures(api, { name, pictures });
  }
  return api;
}

/**
 * Adds pictures to a collection under their numbers.
 *
 * @param api What is asked.
 * @param options The collection and the pictures.
 */
export async function putPictures(
  api: Api,
  { name, pictures }: { name: string; pictures: Picture[] },
): Promise<void> {
  const items = pictures.map(({ base64 }, at) => ({ id: `${at}`, image: base64 }));
  await api.ok("PUT", `/v1/collections/${name}/items`, { items });
}

/**
 * Copies a folder.
 *
 * @param from The folder.
 * @param to Where the copy goes; made if it is not there.
 */
export async function copyFolder(from: string, to: string): Promise<void> {
  await Deno.mkdir(to, { recursive: true });
  for await (const { name, isDirectory } of Deno.readDir(from)) {
    await (isDirectory ? copyFolder : Deno.copyFile)(join(from, name), join(to, name));
  }
}
