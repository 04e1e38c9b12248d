import { type ImageSource, imageText } from "./image_source.ts";

interface Given {
  image?: ImageSource;
  vector?: Float32Array | number[];
}

/**
 * What names an image or a vector, as the API takes it in JSON.
 *
 * @param given Fields, an image or a vector among them.
 * @returns The same fields, the image as text, the vector as numbers.
 */
export async function givenJson<Fields extends Given>({ image, vector, ...fields }: Fields) {
  return {
    ...fields,
    ...(image === undefined ? {} : { image: await imageText(image) }),
    ...(vector === undefined ? {} : { vector: Array.from(vector) }),
  };
}
