/** Draws SVG files: a JSON list of them comes in, and what became of each goes out. */
import sharp from "sharp";
import { Buffer } from "node:buffer";
import { sha256 } from "../../../src/files.ts";

/** What an SVG file looks like. */
export interface Rendered {
  width: number;
  height: number;
  /** Of its pixels. */
  sha256: string;
}

if (import.meta.main) {
  const svgs: string[] = await new Response(Deno.stdin.readable).json();
  const rendered = await Promise.all(svgs.map(async (svg): Promise<Rendered> => {
    // Refuses what is not well-formed XML
    const { data, info } = await sharp(Buffer.from(svg)).raw().toBuffer({
      resolveWithObject: true,
    });
    return { width: info.width, height: info.height, sha256: sha256(data) };
  }));
  console.log(JSON.stringify(rendered));
}
