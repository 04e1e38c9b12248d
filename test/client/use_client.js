/**
 * What a program does with the client, in whatever runtime.
 *
 * @param client The client's module.
 * @param service The service's address, a key, and the picture `red.png` in base64.
 * @returns What it saw, as JSON can have it.
 */
export async function useClient({ createClient, LookalikeApiError }, { url, key, picture }) {
  const bytes = Uint8Array.from(atob(picture), (character) => character.charCodeAt(0));
  const lookalike = createClient({ url, key });
  const { model, vectors } = await lookalike.embed(
    [bytes, bytes.buffer, new Blob([bytes]), picture],
    { model: "production" },
  );
  const added = await lookalike.addItems("album", {
    items: [{
      id: "new/file ü.png",
      image: new File([bytes], "file.png"),
      metadata: { taken: 2024 },
    }],
  });
  const ids = [];
  for await (const { id } of lookalike.items("album", { limit: 2 })) ids.push(id);
  const image = await lookalike.search("album", {
    image: bytes,
    k: 5,
    filter: { field: "metadata.taken", gte: 2020 },
  });
  const vector = await lookalike.search("album", { vector: vectors[0], k: 1 });
  const mean = await lookalike.search("album", {
    mean: [{ image: new Blob([bytes]) }, { id: "red.png" }],
    k: 1,
  });
  const pairs = [];
  for await (const pair of lookalike.duplicates("album")) pairs.push(pair.ids);
  const { data } = await lookalike.api.GET("/v1/models/{model}", {
    params: { path: { model: "shapes@2" } },
  });
  const path = { name: "album", id: "new/file ü.png" };
  await lookalike.api.DELETE("/v1/collections/{name}/items/{id}", { params: { path } });
  const error = await lookalike.embed([picture, "AAAA"], { model: "shapes" })
    .catch((error) => error);
  const { status, code, param, requestId, retryAfter } = error;
  return {
    model,
    lengths: vectors.map((vector) => Math.hypot(...vector)),
    alike: vectors.every((vector) => vector.every((value, at) => value === vectors[0][at])),
    floats: vectors.every((vector) => vector instanceof Float32Array),
    added,
    ids,
    found: { image: image.map(({ id }) => id), vector: vector[0].score, mean: mean.length },
    pairs,
    dimension: data.dimension,
    error: {
      typed: error instanceof LookalikeApiError,
      identified: typeof requestId === "string",
      status,
      code,
      param,
      retryAfter,
    },
  };
}
