import type { Random } from "../../src/random.ts";

/** Red, green and blue, each from 0 to 1. */
export type Colour = [r: number, g: number, b: number];

/** A colouring of the plane; coordinates in sides of the picture. */
export interface Texture {
  /** Its average colour, nearly. */
  mean: Colour;
  /** Writes the colour at (x, y) into `colour`. */
  at(x: number, y: number, colour: Colour): void;
}

/** How far along from the one colour to the other a point is: 0 to 1. */
type Pattern = (x: number, y: number) => number;

/**
 * A colour at random.
 *
 * @param source Draws it.
 * @param target Its luminance, 0 to 1; any unless told.
 * @returns The colour.
 */
export function drawColour(source: Random, target = 0.15 + 0.7 * source.next()): Colour {
  const colour: Colour = [source.next(), source.next(), source.next()];
  return atLuminance(colour, target);
}

/**
 * How light a colour looks (Rec. 601).
 *
 * @param colour The colour.
 * @returns 0 to 1.
 */
export function luminance([r, g, b]: Colour): number {
  return 0.299 * r + 0.587 * g + 0.114 * b;
}

/**
 * A texture at random, in two neighbouring colours.
 *
 * @param source Draws it.
 * @param mean Its average colour.
 * @returns The texture.
 */
export function drawTexture(source: Random, mean: Colour): Texture {
  const apart = 0.08 + 0.14 * source.next();
  const tint = drawColour(source, 0.5).map((value) => 0.35 * (value - 0.5));
  const shifted = (by: number) =>
    atLuminance(
      mean.map((value, channel) => Math.min(1, Math.max(0, value + by * tint[channel]))) as Colour,
      luminance(mean) + by * apart / 2,
    );
  const [light, dark] = [shifted(1), shifted(-1)];
  const pattern = drawPattern(source);
  return {
    mean,
    at: (x, y, colour) => {
      const share = pattern(x, y);
      for (let channel = 0; channel < 3; channel++) {
        colour[channel] = dark[channel] + (light[channel] - dark[channel]) * share;
      }
    },
  };
}

/** Stripes, checks, dots, clouds, a slope or nothing, at any angle. */
function drawPattern(source: Random): Pattern {
  const angle = Math.PI * source.next();
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const waves = 4 + 5 * source.next();
  const [phaseX, phaseY] = [source.next(), source.next()];
  const turned = (pattern: Pattern): Pattern => (x, y) =>
    pattern((x * cos + y * sin) * waves + phaseX, (y * cos - x * sin) * waves + phaseY);
  const patterns = [
    () => turned((u) => wave(u)),
    () => turned((u, v) => (u - Math.floor(u) < 0.5) === (v - Math.floor(v) < 0.5) ? 1 : 0),
    () => turned((u, v) => smooth((wave(u) + wave(v) - 1) * 3)),
    () => {
      const clouds = drawClouds(source);
      return (x: number, y: number) => clouds(x * waves * 0.7, y * waves * 0.7);
    },
    () => (x: number, y: number) =>
      Math.min(1, Math.max(0, 0.5 + (x - 0.5) * cos + (y - 0.5) * sin)),
    () => () => 0.5,
  ];
  return patterns[source.below(patterns.length)]();
}

/** Noise between the whole numbers (value noise), repeating after 8. */
function drawClouds(source: Random): Pattern {
  const values = Float32Array.from({ length: 64 }, () => source.next());
  return (x, y) => {
    const [left, top] = [Math.floor(x), Math.floor(y)];
    const [u, v] = [ease(x - left), ease(y - top)];
    const value = (i: number, j: number) => values[((top + j) & 7) * 8 + ((left + i) & 7)];
    const upper = value(0, 0) + (value(1, 0) - value(0, 0)) * u;
    const lower = value(0, 1) + (value(1, 1) - value(0, 1)) * u;
    return upper + (lower - upper) * v;
  };
}

function wave(u: number): number {
  return 0.5 + 0.5 * Math.sin(2 * Math.PI * u);
}

function smooth(value: number): number {
  return 1 / (1 + Math.exp(-2 * value));
}

function ease(share: number): number {
  return share * share * (3 - 2 * share);
}

/** The colour made lighter or darker until it has this luminance, staying within 0 to 1. */
function atLuminance(colour: Colour, luminanceWanted: number): Colour {
  const target = Math.min(1, Math.max(0, luminanceWanted));
  const own = luminance(colour);
  return colour.map((value) => {
    return target <= own
      ? value * target / Math.max(own, 1e-6)
      : 1 - (1 - value) * (1 - target) / Math.max(1 - own, 1e-6);
  }) as Colour;
}
