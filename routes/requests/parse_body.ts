import type { z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import { messageOf } from "../../src/errors.ts";
import { invalidRequest } from "./invalid_request.ts";
import type { AppEnv } from "../services.ts";

/** The type of a body of JSON. */
export const JSON_TYPE = "application/json";
/** The type of a body of form fields and files. */
export const FORM_TYPE = "multipart/form-data";

/** Characters of what was sent that a refusal repeats at most. */
const MOST_QUOTED = 200;

/**
 * Reads a body that may come as JSON or as a form, by the schema of its type. (The validators of
 * zod-openapi would hold it to both.)
 *
 * @param c The request's context.
 * @param schemas What each type of body must be.
 * @returns What the schema made of the body.
 * @throws {LookalikeError} `invalid_input` with the field; HTTPException 415 for another type, 400
 * for a body that is not what its type says.
 */
export async function parseBody<Json extends z.ZodType, Form extends z.ZodType>(
  c: Context<AppEnv>,
  schemas: { json: Json; form: Form },
): Promise<z.output<Json> | z.output<Form>> {
  const type = c.req.header("content-type")?.split(";")[0].trim().toLowerCase();
  if (type !== JSON_TYPE && type !== FORM_TYPE) {
    throw new HTTPException(415, {
      message:
        `Cannot take the request as its Content-Type must be ${JSON_TYPE} or ${FORM_TYPE}: ` +
        `it is ${type?.slice(0, MOST_QUOTED) ?? "missing"}.`,
    });
  }
  const read = type === JSON_TYPE ? c.req.json() : c.req.parseBody({ all: true });
  const body = await read.catch((cause) => {
    const why = messageOf(cause).slice(0, MOST_QUOTED); // it may quote a whole header
    const message = `Cannot read the body as ${type}: ${why}.`;
    throw new HTTPException(400, { message, cause });
  });
  const schema = type === JSON_TYPE ? schemas.json : schemas.form;
  const parsed = await schema.safeParseAsync(body);
  if (!parsed.success) throw invalidRequest(parsed.error);
  return parsed.data as z.output<Json> | z.output<Form>;
}
