import { assert } from "@std/assert";
import openapiTypescript, { astToString } from "openapi-typescript";
import { fileURLToPath } from "node:url";
import settings from "../../deno.json" with { type: "json" };
import { readConfig } from "../../src/config.ts";
import { startService } from "../routes/service.ts";

const FOLDER = new URL("../../routes/client/", import.meta.url);

/** What is made and not written by hand; `deno task client` writes it. */
export const SCHEMA = fileURLToPath(new URL("schema.ts", FOLDER));
/** The client in one file, which the service serves. */
export const BUNDLE = fileURLToPath(new URL("client.js", FOLDER));

/** What of an OpenAPI document is looked at here. */
interface Document {
  paths: Record<string, Record<string, { responses: Record<string, unknown> }>>;
}

/**
 * The types of the API, from its document as the service has it by default.
 *
 * @returns What belongs in `routes/client/schema.ts`.
 */
export async function generateSchema(): Promise<string> {
  await using service = await startService({ limits: readConfig({}).config! });
  const document: Document = await (await service.app.request("/openapi.json")).json();
  for (const operation of Object.values(document.paths).flatMap((path) => Object.values(path))) {
    for (const status of Object.keys(operation.responses)) {
      if (Number(status) >= 400) delete operation.responses[status]; // errors are thrown, all of one type
    }
  }
  const types = await openapiTypescript(JSON.stringify(document), { defaultNonNullable: false }); // a default may be left out
  return await formatted(
    "// deno-lint-ignore-file -- `deno task client` makes this of the API's document\n" +
      astToString(types),
    { extension: "ts" },
  );
}

/**
 * What the bundle is made of, as one number: it changes with any file of the client.
 *
 * @returns SHA-256 of the client's files and of its package's version, in hexadecimal.
 */
export async function hashOfClient(): Promise<string> {
  const names = Array.from(Deno.readDirSync(FOLDER), ({ name }) => name)
    .filter((name) => name.endsWith(".ts") && name !== "client_route.ts").sort();
  const files = await Promise.all(
    names.map(async (name) => `${name}\n${await Deno.readTextFile(new URL(name, FOLDER))}`),
  );
  const bytes = new TextEncoder().encode([settings.imports["openapi-fetch"], ...files].join("\n"));
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)).toHex();
}

/**
 * The client in one file, for browsers and all else. `deno bundle` fetches what bundles at its first
 * use.
 *
 * @returns What belongs in `routes/client/client.js`.
 */
export async function generateBundle(): Promise<string> {
  const entry = fileURLToPath(new URL("mod.ts", FOLDER));
  const args = ["bundle", "--quiet", "--platform", "browser", entry];
  const { success, stdout } = await new Deno.Command(Deno.execPath(), { args, stderr: "inherit" })
    .output();
  assert(success, "deno bundle failed");
  const code = new TextDecoder().decode(stdout).replaceAll(/^\/\/ .*\n/gm, ""); // paths of this machine
  return await formatted(`${headerOfBundle(await hashOfClient())}\n${code}`, { extension: "js" });
}

/**
 * How the bundle begins, which says what it was made of.
 *
 * @param hash What {@link hashOfClient} gives.
 * @returns Comments.
 */
export function headerOfBundle(hash: string): string {
  return "// deno-lint-ignore-file -- `deno task client` makes this of the files beside it\n" +
    `// ${hash}`;
}

/** As `deno fmt` has it, so that checks of the format pass over nothing. */
async function formatted(code: string, { extension }: { extension: string }): Promise<string> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["fmt", "--quiet", "--line-width", "100", "--ext", extension, "-"],
    stdin: "piped",
    stdout: "piped",
  }).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(code));
  await writer.close();
  const { success, stdout } = await child.output();
  assert(success, "deno fmt failed");
  return new TextDecoder().decode(stdout);
}
