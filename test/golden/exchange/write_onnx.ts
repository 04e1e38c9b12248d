/** Writes the golden networks as ONNX into a folder, for make.py: `deno run -A write_onnx.ts FOLDER`. */
import { join } from "node:path";
import { encodeOnnxFile } from "../../../train/export/onnx_file.ts";
import { goldenNetworks } from "./networks.ts";

for (const [name, network] of Object.entries(await goldenNetworks())) {
  await Deno.writeFile(join(Deno.args[0], `${name}.onnx`), encodeOnnxFile(network));
}
