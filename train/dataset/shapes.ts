import { type Random, random } from "../../src/random.ts";
import { type Distance, SHAPE_OUTLINES } from "./shape_outlines.ts";
import { type Colour, drawColour, drawTexture, luminance, type Texture } from "./shape_textures.ts";

/** The ten classes of shapes, sorted. */
export const SHAPE_CLASSES: string[] = Object.keys(SHAPE_OUTLINES).sort();

/** Which picture is drawn: the same five values give the same pixels on every machine. */
export interface ShapePicture {
  /** One of {@link SHAPE_CLASSES}. */
  shape: string;
  split: "train" | "test";
  /** Its number within its class and split, from 0. */
  index: number;
  seed: number;
  /** The side of the picture, in pixels; the picture is the same, finer or coarser. */
  side: number;
}

/** An RGB picture under work: float32 `[side, side, 3]`, 0 to 1. */
interface Canvas {
  side: number;
  pixels: Float32Array;
}

/** How much lighter or darker the shape is than its ground at least, of 1. */
const CONTRAST = 0.3;

/**
 * Draws one picture of a shape on a cluttered ground.
 *
 * The class is in the outline alone: place, size, angle, proportions, colours, textures and light are
 * drawn at random for the shape and for the ground, pieces of clutter lie behind the shape and a
 * few on top of it, and the shape is as often lighter than its ground as darker.
 *
 * @param picture Which one.
 * @returns uint8 `[side, side, 3]`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { drawShape } from "./shapes.ts";
 * const star = drawShape({ shape: "star", split: "train", index: 0, seed: 0, side: 32 });
 * assertEquals(star.length, 32 * 32 * 3);
 * ```
 */
export function drawShape({ shape, split, index, seed, side }: ShapePicture): Uint8Array {
  const source = random(seed, SHAPE_CLASSES.indexOf(shape), split === "train" ? 0 : 1, index);
  const canvas: Canvas = { side, pixels: new Float32Array(side * side * 3) };
  const between = (from: number, to: number) => from + (to - from) * source.next();

  const ground = drawTexture(source, drawColour(source));
  const lighter = luminance(ground.mean) < 0.5 === source.next() < 0.8;
  paint(canvas, () => -1, ground.at);
  for (let piece = 4 + source.below(5); piece > 0; piece--) {
    paintClutter(canvas, source, [0.02, 0.06]);
  }

  const target = clamp(luminance(ground.mean) + (lighter ? 1 : -1) * between(CONTRAST, 0.55));
  const filling = drawTexture(source, drawColour(source, target));
  const outline = placed(SHAPE_OUTLINES[shape], {
    x: between(0.36, 0.64),
    y: between(0.36, 0.64),
    size: between(0.22, 0.36),
    stretch: between(0.85, 1.18),
    angle: between(0, 2 * Math.PI),
  });
  paint(canvas, outline, filling.at);
  for (let piece = source.below(3); piece > 0; piece--) {
    paintClutter(canvas, source, [0.015, 0.035]);
  }

  return developed(canvas, source);
}

/** Where and how a shape lies; lengths in sides of the picture. */
interface Placement {
  x: number;
  y: number;
  /** Half of its extent. */
  size: number;
  /** Its width over its height, before it is turned. */
  stretch: number;
  /** In radians. */
  angle: number;
}

function placed(outline: Distance, { x, y, size, stretch, angle }: Placement): Distance {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [across, down] = [size * Math.sqrt(stretch), size / Math.sqrt(stretch)];
  return (px, py) => {
    const [dx, dy] = [px - x, py - y];
    return outline((dx * cos + dy * sin) / across, (dy * cos - dx * sin) / down) *
      Math.min(across, down);
  };
}

/** A bar, a dot or a chip in any colour. */
function paintClutter(canvas: Canvas, source: Random, [from, to]: [number, number]): void {
  const size = from + (to - from) * source.next();
  const [cx, cy, angle] = [source.next(), source.next(), 2 * Math.PI * source.next()];
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const length = size * [1, 1, 1.6, 4][source.below(4)];
  const round = source.next() < 0.5;
  const colour = drawColour(source);
  const piece: Distance = (x, y) => {
    const [dx, dy] = [x - cx, y - cy];
    const along = Math.max(0, Math.abs(dx * cos + dy * sin) - length + size);
    const beside = Math.abs(dy * cos - dx * sin);
    return round ? Math.hypot(along, beside) - size : Math.max(along, beside) - size;
  };
  paint(canvas, piece, (_x, _y, out) => out.splice(0, 3, ...colour));
}

/** Lays colour on what is inside the outline; its edge is one pixel soft. */
function paint({ side, pixels }: Canvas, outline: Distance, at: Texture["at"]): void {
  const colour: Colour = [0, 0, 0];
  for (let row = 0, offset = 0; row < side; row++) {
    for (let column = 0; column < side; column++, offset += 3) {
      const [x, y] = [(column + 0.5) / side, (row + 0.5) / side];
      const cover = clamp(0.5 - outline(x, y) * side);
      if (cover === 0) continue;
      at(x, y, colour);
      for (let channel = 0; channel < 3; channel++) {
        pixels[offset + channel] += (colour[channel] - pixels[offset + channel]) * cover;
      }
    }
  }
}

/** The finished picture: light from one side, a little noise, bytes. */
function developed({ side, pixels }: Canvas, source: Random): Uint8Array {
  const angle = 2 * Math.PI * source.next();
  const slope = 0.5 * source.next();
  const [alongX, alongY] = [slope * Math.cos(angle), slope * Math.sin(angle)];
  const grain = 0.08 * source.next();
  const bytes = new Uint8Array(pixels.length);
  for (let row = 0, offset = 0; row < side; row++) {
    for (let column = 0; column < side; column++) {
      const light = 1 + alongX * (column / side - 0.5) + alongY * (row / side - 0.5);
      const noise = grain * (source.next() - 0.5);
      for (let channel = 0; channel < 3; channel++, offset++) {
        bytes[offset] = Math.round(255 * clamp(pixels[offset] * light + noise));
      }
    }
  }
  return bytes;
}

function clamp(value: number): number {
  return Math.min(1, Math.max(0, value));
}
