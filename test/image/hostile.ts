/**
 * Images as an attacker would send them, made by code: bombs, lies, fragments, polyglots. Whoever
 * takes images must answer each of them in one of its ways, and go on.
 */
import { deflateSync } from "node:zlib";
import { random } from "../../src/random.ts";
import { heavyAvif } from "./heavy_avif.ts";
import {
  binary,
  find,
  grayPng,
  joined,
  patched,
  repeated,
  segment,
  selfishExif,
  tiff,
  withChunks,
  withSegment,
} from "./hostile_parts.ts";
import { handwrittenPng, picture, pngChunk } from "./pictures.ts";

/** How an image may be answered: decoded, or refused with a code. */
export type HostileOutcome = "decoded" | "unsupported_image" | "too_large" | "damaged";

/** One file of the corpus. */
export interface HostileImage {
  /** What it is, in a few words; no two have the same. */
  name: string;
  bytes: Uint8Array<ArrayBuffer>;
  /** What may come of it under `DEFAULT_IMAGE_LIMITS`. */
  outcomes: HostileOutcome[];
}

/** The magic of each format that is taken: what a decoder is chosen by. */
export const MAGICS: Readonly<Record<string, Uint8Array<ArrayBuffer>>> = {
  jpeg: binary("\xff\xd8\xff\xe0"),
  png: binary("\x89PNG\r\n\x1a\n"),
  webp: binary("RIFF\xff\xff\0\0WEBPVP8 "),
  gif: binary("GIF89a"),
  tiff: binary("II*\0\x08\0\0\0"),
  bigTiff: binary("MM\0+\0\x08\0\0"),
  avif: binary("\0\0\0\x18ftypavif\0\0\0\0avifmif1"),
};

/**
 * The whole corpus, the same bytes at each call.
 *
 * @returns Some hundred files, each below 6 MB.
 */
export async function hostileImages(): Promise<HostileImage[]> {
  const files = await wholeFiles();
  return [
    ...Object.entries(files).flatMap(([name, bytes]) => [
      ...fragments(name, bytes),
      ...flipped(name, bytes),
    ]),
    ...bombs(),
    ...lies(files),
    ...loops(files),
    ...attachments(files),
    ...polyglots(files),
    ...foreign(files),
  ];
}

type Files = Record<keyof Awaited<ReturnType<typeof wholeFiles>>, Uint8Array<ArrayBuffer>>;

const ANY: HostileOutcome[] = ["decoded", "unsupported_image", "too_large", "damaged"];
const DECODED: HostileOutcome[] = ["decoded"];
const DAMAGED: HostileOutcome[] = ["damaged"];
const EITHER: HostileOutcome[] = ["decoded", "damaged"];
const BROKEN: HostileOutcome[] = ["damaged", "unsupported_image"];
const TOO_LARGE: HostileOutcome[] = ["too_large"];
const FOREIGN: HostileOutcome[] = ["unsupported_image"];

/** A small valid file of each kind, of noise, so that none compresses to next to nothing. */
async function wholeFiles() {
  const source = random(5);
  const noise = picture({
    data: Uint8Array.from({ length: 48 * 48 * 3 }, () => source.below(256)),
    width: 48,
    height: 48,
  });
  const made = {
    jpeg: noise.clone().jpeg(),
    progressive: noise.clone().jpeg({ progressive: true }),
    png: noise.clone().png(),
    interlaced: noise.clone().png({ progressive: true }),
    webp: noise.clone().webp(),
    losslessWebp: noise.clone().webp({ lossless: true }),
    gif: noise.clone().gif(),
    tiff: noise.clone().tiff({ compression: "lzw" }),
    tiled: noise.clone().tiff({
      compression: "deflate",
      tile: true,
      tileWidth: 16,
      tileHeight: 16,
    }),
    avif: noise.clone().avif({ effort: 0 }),
  };
  const names = Object.keys(made) as (keyof typeof made)[];
  const bytes = await Promise.all(names.map((name) => made[name].toBuffer()));
  return Object.fromEntries(names.map((name, at) => [name, Uint8Array.from(bytes[at])])) as Record<
    keyof typeof made,
    Uint8Array<ArrayBuffer>
  >;
}

function fragments(name: string, whole: Uint8Array): HostileImage[] {
  const lengths = [1, 2, 3, 4, 8, 12, 16, 24, 32, 64, 128];
  const shares = [0.25, 0.5, 0.75, 0.9].map((share) => Math.floor(whole.length * share));
  return [
    ...[...lengths, ...shares].map((length) => ({ length, outcomes: BROKEN })),
    { length: whole.length - 1, outcomes: ANY }, // what it lacks may be a mark of the end
  ].map(({ length, outcomes }) => ({
    name: `${name} cut after ${length} bytes`,
    bytes: Uint8Array.from(whole.subarray(0, length)),
    outcomes,
  }));
}

function flipped(name: string, whole: Uint8Array): HostileImage[] {
  return Array.from({ length: 12 }, (_, seed) => {
    const source = random(seed, whole.length);
    const bytes = Uint8Array.from(whole);
    for (let flip = 0; flip <= seed; flip++) bytes[source.below(bytes.length)] = source.below(256);
    return { name: `${name} with ${seed + 1} random bytes`, bytes, outcomes: ANY };
  });
}

/** Little data, many pixels. */
function bombs(): HostileImage[] {
  const rows = deflateSync(new Uint8Array(8000 * 8001), { level: 1 });
  return [
    image("PNG of 3.6 gigapixels", handwrittenPng(60_000, 60_000), TOO_LARGE),
    image("PNG of all the pixels there can be", handwrittenPng(2 ** 31 - 1, 2 ** 31 - 1), [
      "damaged",
      "too_large",
    ]),
    image("PNG of 64 megapixels without data", handwrittenPng(8000, 8000), DAMAGED),
    image("PNG of 64 megapixels of nothing", grayPng(8000, 8000, rows), DECODED),
    image("AVIF of 64 megapixels in 1,144 bytes", heavyAvif, ["decoded", "unsupported_image"]),
    image(
      "PNG of one pixel by 65535",
      handwrittenPng(1, 65_535, new Uint8Array(4 * 65_535)),
      DECODED,
    ),
    image(
      "PNG of 65535 by one pixel",
      handwrittenPng(65_535, 1, new Uint8Array(3 * 65_535 + 1)),
      DECODED,
    ),
    image("PNG without width", handwrittenPng(0, 8), DAMAGED),
    image("PNG without height", handwrittenPng(8, 0), DAMAGED),
    image("PNG with sides of nothing", handwrittenPng(0, 0), DAMAGED),
  ];
}

/** Valid files whose headers promise other sizes. */
function lies(files: Files): HostileImage[] {
  const frame = files.jpeg.findIndex((byte, at) => byte === 0xff && files.jpeg[at + 1] === 0xc0);
  const progressive = files.progressive.findIndex((byte, at) =>
    byte === 0xff && files.progressive[at + 1] === 0xc2
  );
  const ispe = find(files.avif, "ispe");
  return [
    image(
      "JPEG that says 65500 × 65500",
      patched(files.jpeg, frame + 5, [255, 220, 255, 220]),
      TOO_LARGE,
    ),
    image("JPEG that says 8000 × 8000", patched(files.jpeg, frame + 5, [31, 64, 31, 64]), ANY),
    image(
      "progressive JPEG that says 8000 × 8000",
      patched(files.progressive, progressive + 5, [31, 64, 31, 64]),
      ANY,
    ),
    image("JPEG that says 0 × 0", patched(files.jpeg, frame + 5, [0, 0, 0, 0]), DAMAGED),
    image("GIF that says 65535 × 65535", patched(files.gif, 6, [255, 255, 255, 255]), ANY),
    image("GIF that says 0 × 0", patched(files.gif, 6, [0, 0, 0, 0]), ANY),
    image("WebP that says 16383 × 16383", patched(files.webp, 26, [255, 63, 255, 63]), [
      "too_large",
      "unsupported_image",
    ]),
    image("WebP whose RIFF says 4 GB", patched(files.webp, 4, [255, 255, 255, 255]), ANY),
    image(
      "AVIF that says 65535 × 65535",
      patched(files.avif, ispe + 8, [0, 0, 255, 255, 0, 0, 255, 255]),
      [
        "too_large",
        "damaged",
        "decoded",
      ],
    ),
    image("AVIF that says 0 × 0", patched(files.avif, ispe + 8, [0, 0, 0, 0, 0, 0, 0, 0]), ANY),
    image("AVIF whose boxes have no end", patched(files.avif, 28, [255, 255, 255, 255]), DAMAGED),
    image("PNG whose chunk says 4 GB", patched(files.png, 33, [255, 255, 255, 255]), DAMAGED),
    image(
      "TIFF with a billion pixels a strip",
      tiff([[256, 32_000], [257, 32_000], [278, 32_000]]),
      [
        "too_large",
        "damaged",
      ],
    ),
    image(
      "TIFF of 64 megapixels without data",
      tiff([[256, 8000], [257, 8000], [278, 8000]]),
      DAMAGED,
    ),
    image("TIFF with 65535 samples a pixel", tiff([[256, 9], [257, 9], [277, 65_535]]), DAMAGED),
  ];
}

/** What comes back to itself, or comes again and again. */
function loops(files: Files): HostileImage[] {
  const pixel = binary(",\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0");
  const film = joined(
    binary("GIF89a\x01\0\x01\0\x80\0\0\xff\0\0\0\0\xff"),
    repeated(pixel, 50_000),
    binary(";"),
  );
  const scan = files.progressive.findLastIndex((byte, at) =>
    byte === 0xff && files.progressive[at + 1] === 0xda
  );
  const lastScan = files.progressive.subarray(scan, -2);
  return [
    image("GIF of 50,000 frames", film, DECODED),
    image(
      "progressive JPEG of 1,000 scans more",
      joined(
        files.progressive.subarray(0, -2),
        repeated(lastScan, 1000),
        binary("\xff\xd9"),
      ),
      EITHER,
    ),
    image("TIFF whose next directory is itself", tiff([[256, 4], [257, 4]], 8), ANY),
    image("TIFF whose EXIF is itself", tiff([[256, 4], [257, 4], [34_665, 8]]), ANY),
    image("TIFF whose directory lies beyond its end", binary("II*\0\xff\xff\xff\x7f"), DAMAGED),
    image("TIFF with an empty directory", binary("II*\0\x08\0\0\0\0\0\x08\0\0\0"), DAMAGED),
    image("JPEG whose EXIF is itself", withSegment(files.jpeg, 0xe1, selfishExif()), DECODED),
    image(
      "AVIF of boxes in boxes",
      joined(
        MAGICS.avif,
        repeated(binary("\0\0\xff\xffmeta\0\0\0\0"), 5000),
      ),
      DAMAGED,
    ),
  ];
}

/** What comes along with the pixels: far too much of it. */
function attachments(files: Files): HostileImage[] {
  const inflating = deflateSync(new Uint8Array(64 * 2 ** 20)); // 64 KB for 64 MiB
  const exif = joined(binary("Exif\0\0"), new Uint8Array(65_000).fill(0xee));
  const profile = joined(binary("profile\0\0"), inflating);
  const text = pngChunk("zTXt", joined(binary("Comment\0\0"), inflating));
  return [
    image(
      "JPEG with 5 MB of EXIF",
      joined(
        files.jpeg.subarray(0, 2),
        repeated(segment(0xe1, exif), 77),
        files.jpeg.subarray(2),
      ),
      EITHER,
    ),
    image(
      "PNG whose colour profile inflates to 64 MiB",
      withChunks(files.png, pngChunk("iCCP", profile)),
      EITHER,
    ),
    image("PNG whose 32 texts inflate to 2 GiB", withChunks(files.png, repeated(text, 32)), EITHER),
    image(
      "PNG of 100,000 empty chunks",
      withChunks(files.png, repeated(pngChunk("tEXt", binary("a\0")), 100_000)),
      EITHER,
    ),
    image(
      "JPEG with a profile of noise",
      withSegment(files.jpeg, 0xe2, joined(binary("ICC_PROFILE\0\x01\x01"), files.webp)),
      EITHER,
    ),
  ];
}

/** Two files in one. They are images, and what else they are is nobody's business here. */
function polyglots(files: Files): HostileImage[] {
  const html = binary("<html><script>alert(document.domain)</script></html>");
  const script = binary("GIF89a/*\x2f*\0\0\0*/=alert(document.domain)//");
  return [
    image("JPEG and HTML", joined(withSegment(files.jpeg, 0xfe, html), html), DECODED),
    image("PNG and ZIP", joined(files.png, binary("PK\x03\x04 and PK\x05\x06")), DECODED),
    image("GIF and JavaScript", script, BROKEN),
    image("WebP and PDF", joined(files.webp, binary("%PDF-1.7\n")), DECODED),
  ];
}

/** What is no image of a format taken, or pretends to be another. */
function foreign(files: Files): HostileImage[] {
  const svg = '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY file SYSTEM "file:///etc/passwd">]>' +
    '<svg xmlns="http://www.w3.org/2000/svg"><text>&file;</text></svg>';
  const laughs = Array.from(
    { length: 9 },
    (_, at) => `<!ENTITY a${at + 1} "${`&a${at};`.repeat(10)}">`,
  );
  const others: Record<string, Uint8Array<ArrayBuffer>> = {
    "nothing": new Uint8Array(),
    "zeros": new Uint8Array(4096),
    "SVG with an external entity": binary(svg),
    "SVG in UTF-16": joined(
      binary("\xff\xfe"),
      binary([...svg].map((letter) => `${letter}\0`).join("")),
    ),
    "SVG of a billion laughs": binary(
      `<!DOCTYPE svg [<!ENTITY a0 "ha">${laughs.join("")}]><svg>&a9;</svg>`,
    ),
    "HTML": binary("<!DOCTYPE html><script>alert(1)</script>"),
    "PDF": binary("%PDF-1.7\n1 0 obj\n"),
    "PostScript": binary("%!PS-Adobe-3.0 EPSF-3.0\n(/etc/passwd) (r) file\n"),
    "ImageMagick script": binary("push graphic-context\nfill 'url(https://example.org/\"|id\")'\n"),
    "ZIP": binary("PK\x03\x04\x14\0\0\0\x08\0"),
    "HEIC": binary("\0\0\0\x18ftypheic\0\0\0\0mif1heic"),
    "BMP": binary("BM\x46\0\0\0\0\0\0\0\x36\0\0\0"),
    "Windows icon": binary("\0\0\x01\0\x01\0\x10\x10"),
    "JPEG XL": binary("\xff\x0a\xfa\x7f"),
    "JPEG 2000": binary("\0\0\0\x0cjP  \r\n\x87\n"),
    "Photoshop": binary("8BPS\0\x01"),
    "portable pixmap": binary("P6\n1 1\n255\nabc"),
    "path": binary("../../../../etc/passwd"),
  };
  const disguised = Object.entries(MAGICS).flatMap(([name, magic]) => [
    image(`${name}: its magic alone`, magic, BROKEN),
    image(`${name}: its magic, then a PNG`, joined(magic, files.png), BROKEN),
    image(`${name}: its magic, then an SVG`, joined(magic, binary(svg)), BROKEN),
  ]);
  return [
    ...Object.entries(others).map(([name, bytes]) => image(name, bytes, FOREIGN)),
    ...disguised,
  ];
}

function image(
  name: string,
  bytes: Uint8Array<ArrayBuffer>,
  outcomes: HostileOutcome[],
): HostileImage {
  return { name, bytes, outcomes };
}
