/**
 * A client of the service for Deno, Node and browsers. A running service has it as one file, at
 * `/client.js`.
 *
 * @module
 */
export { LookalikeApiError } from "./api_error.ts";
export { type ClientOptions, createClient, type LookalikeClient } from "./create_client.ts";
export type { ImageSource } from "./image_source.ts";
export type { components, operations, paths } from "./schema.ts";
export type * from "./types.ts";
