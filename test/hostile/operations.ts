/** One operation of the API that takes JSON. */
export interface Operation {
  method: string;
  /** Its address, with names of what is there. */
  path: string;
  /** Its body's fields. */
  fields: Record<string, Field>;
}

/** A field of a body. */
export interface Field {
  /** Types of JSON that its schema may take: `null`, `string`, `number` and so on. */
  types: string[];
  /** The rest of a body that would be taken. */
  sound: Record<string, unknown>;
}

/** What the paths' parameters stand for. */
const NAMES: Record<string, string> = {
  name: "album",
  id: "target",
  alias: "hostile",
  model: "tiny",
};

// deno-lint-ignore no-explicit-any -- JSON Schema, of which we read a little
type Schema = any;

/**
 * The operations that take JSON, as `/openapi.json` has them.
 *
 * @param url The server.
 * @returns Each with its fields.
 */
export async function operationsOf(url: string): Promise<Operation[]> {
  const document = await (await fetch(`${url}/openapi.json`)).json();
  const resolve = (schema: Schema): Schema =>
    schema.$ref ? resolve(document.components.schemas[schema.$ref.split("/").at(-1)]) : schema;

  /** Which types a schema may take, where it says so at all. */
  function typesOf(given: Schema): string[] {
    const schema = resolve(given);
    const among = schema.anyOf ?? schema.oneOf;
    if (schema.type === undefined && among) return among.flatMap(typesOf);
    return [schema.type ?? ANY].flat().map((type) => type === "integer" ? "number" : type);
  }

  return Object.entries<Schema>(document.paths).flatMap(([template, methods]) =>
    Object.entries<Schema>(methods).flatMap(([method, { requestBody }]) => {
      const json = requestBody?.content["application/json"];
      if (json === undefined) return [];
      const schema = resolve(json.schema);
      const sound = schema.example ?? {};
      const fields = Object.entries<Schema>(schema.properties).map(([name, property]) => {
        const { [name]: _, ...rest } = sound;
        return [name, { types: typesOf(property).flat(), sound: rest }];
      });
      const path = template.replaceAll(/\{(\w+)\}/g, (_, name) => NAMES[name]);
      return [{ method: method.toUpperCase(), path, fields: Object.fromEntries(fields) }];
    })
  );
}

const ANY = ["null", "boolean", "number", "string", "array", "object"];
