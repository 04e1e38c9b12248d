// Uses the client's bundle in Node: node in_node.mjs BUNDLE, the service as JSON on standard input.
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { useClient } from "./use_client.js";

const client = await import(pathToFileURL(process.argv[2]));
const service = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(await useClient(client, service)));
