/**
 * The caller over HTTP, in a process of its own so that it does not share the server's event loop:
 * one JSON line of a {@link Load} on standard input, one of its result on standard output.
 *
 *   deno run -A bench/serve/http_side.ts URL MODEL FOLDER
 *
 * @module
 */
import { answerLines } from "./line_process.ts";
import { type Load, runLoad } from "./load.ts";
import { readJpegs } from "./jpegs.ts";

const [url, model, folder] = Deno.args;
const BOUNDARY = "lookalike-bench";
const headers = { "Content-Type": `multipart/form-data; boundary=${BOUNDARY}` };
const bodies = (await readJpegs(folder)).map(formOf);

await answerLines((load: Load) =>
  runLoad(async (request) => {
    const body = bodies[request % bodies.length];
    const response = await fetch(`${url}/v1/embeddings`, { method: "POST", headers, body });
    await response.arrayBuffer();
    return response.status;
  }, load)
);

/** A form with a model and one image, put together once: the caller should cost little. */
function formOf(jpeg: Uint8Array): Uint8Array<ArrayBuffer> {
  const text = (value: string) => new TextEncoder().encode(value);
  const field = (name: string, value: string) =>
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
  const before = text(
    field("model", model) + field("encoding_format", "base64") +
      `--${BOUNDARY}\r\nContent-Disposition: form-data; name="input"; filename="image.jpg"\r\n` +
      "Content-Type: image/jpeg\r\n\r\n",
  );
  const after = text(`\r\n--${BOUNDARY}--\r\n`);
  const form = new Uint8Array(before.length + jpeg.length + after.length);
  form.set(before);
  form.set(jpeg, before.length);
  form.set(after, before.length + jpeg.length);
  return form;
}
