import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { ALWAYS, problems } from "../requests/declare.ts";
import { needs } from "../requests/needs.ts";
import type { AppEnv, Services } from "../services.ts";
import { answerFile, answerUnchanged, clientHas, IMAGE_TYPES } from "./file_answer.ts";
import { COLLECTIONS, ofItem } from "./schemas.ts";

const file = z.instanceof(Uint8Array).openapi({
  type: "string",
  format: "binary",
  description: "The file.",
});

const conditional = z.object({
  "If-None-Match": z.string().optional().openapi({
    description: "The `ETag` of what the caller has; if it is the same, 304 without a body.",
  }),
});

const validators = z.object({
  "ETag": z.string().openapi({ description: "SHA-256 of the file, in quotes." }),
  "Cache-Control": z.string(),
});

/** Declares a file, and that it is not sent to who has it. */
function fileOr304(description: string, types: string[]) {
  const content = Object.fromEntries(types.map((type) => [type, { schema: file }]));
  return {
    200: { description, content, headers: validators },
    304: { description: "The caller has it.", headers: validators },
  };
}

const imageRoute = createRoute({
  method: "get",
  path: "/v1/collections/{name}/items/{id}/image",
  operationId: "getItemImage",
  tags: COLLECTIONS,
  summary: "Get the image that an item came from",
  description: "As it was sent, byte by byte, where the collection keeps originals.",
  ...needs("read"),
  request: { params: ofItem, headers: conditional },
  responses: { ...fileOr304("The image.", IMAGE_TYPES), ...problems(...ALWAYS, 400, 404) },
});

const thumbnailRoute = createRoute({
  method: "get",
  path: "/v1/collections/{name}/items/{id}/thumbnail",
  operationId: "getItemThumbnail",
  tags: COLLECTIONS,
  summary: "Get an item's image made small",
  description: "At most 256 pixels wide and high, and upright.",
  ...needs("read"),
  request: { params: ofItem, headers: conditional },
  responses: { ...fileOr304("The thumbnail.", ["image/webp"]), ...problems(...ALWAYS, 400, 404) },
});

/**
 * `/v1/collections/{name}/items/{id}/image` and `/thumbnail`: what an item looks like.
 *
 * @param services What the routes stand on.
 * @returns The routes.
 */
export function itemImagesRoutes({ collections }: Services): OpenAPIHono<AppEnv> {
  return new OpenAPIHono<AppEnv>()
    .openapi(imageRoute, async (c) => {
      const { name, id } = c.req.valid("param");
      const { image } = await collections.item(name, id);
      if (image && clientHas(c, image.sha256)) return answerUnchanged(c, image.sha256); // unread
      return answerFile(c, { ...await collections.image(name, id), name: id });
    })
    .openapi(thumbnailRoute, async (c) => {
      const { name, id } = c.req.valid("param");
      const bytes = await collections.thumbnail(name, id);
      const hash = await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>);
      const sha256 = new Uint8Array(hash).toHex();
      return answerFile(c, { bytes, type: "image/webp", sha256, name: id });
    });
}
