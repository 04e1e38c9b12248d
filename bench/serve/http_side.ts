/**
 * The caller over HTTP, in a process of its own so that it does not share the server's event loop:
 * one JSON line of a {@link Load} on standard input, one of its result on standard output.
 *
 *   deno run -A bench/serve/http_side.ts URL MODEL FOLDER json|form
 *
 * @module
 */
import { Buffer } from "node:buffer";
import { HttpConnection } from "./http_connection.ts";
import { readJpegs } from "./jpegs.ts";
import { answerLines } from "./line_process.ts";
import { type Load, runLoad } from "./load.ts";

const [url, model, folder, body] = Deno.args;
const form = body === "form";
const BOUNDARY = "lookalike-bench";
const FORM_TYPE = `multipart/form-data; boundary=${BOUNDARY}`;
const { hostname, port, host } = new URL(url);
const requests = (await readJpegs(folder)).map(requestOf);

await answerLines(async (load: Load) => {
  const address = { hostname, port: Number(port) };
  const connections = Array.from({ length: load.concurrency }, () => new HttpConnection(address));
  const result = await runLoad(
    ({ caller, request }) => connections[caller].ask(requests[request % requests.length]),
    load,
  );
  for (const connection of connections) connection.close();
  return result;
});

/** A request with one image, put together once: the caller should cost little. */
function requestOf(jpeg: Uint8Array): Uint8Array {
  const [type, content] = form ? [FORM_TYPE, formOf(jpeg)] : ["application/json", jsonOf(jpeg)];
  const head = [
    "POST /v1/embeddings HTTP/1.1",
    `Host: ${host}`,
    `Content-Type: ${type}`,
    `Content-Length: ${content.length}`,
  ].join("\r\n");
  return Buffer.concat([text(`${head}\r\n\r\n`), content]);
}

/** As OpenAI's clients ask. */
function jsonOf(jpeg: Uint8Array): Uint8Array {
  return text(JSON.stringify({ model, input: [jpeg.toBase64()], encoding_format: "base64" }));
}

/** As curl asks with `-F`. */
function formOf(jpeg: Uint8Array): Uint8Array {
  const field = (name: string, value: string) =>
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const before = field("model", model) + field("encoding_format", "base64") +
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="input"; filename="image.jpg"\r\n` +
    "Content-Type: image/jpeg\r\n\r\n";
  return Buffer.concat([text(before), jpeg, text(`\r\n--${BOUNDARY}--\r\n`)]);
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}
