import { assertEquals } from "@std/assert";
import { transformed } from "../../../train/ablate/transformations.ts";

const SIDE = 3;
const COUNT = 200;
const pixels = Uint8Array.from({ length: COUNT * SIDE * SIDE * 3 }, (_, at) => (at * 37) % 251);
const at = (image: number, y: number, x: number) => ((image * SIDE + y) * SIDE + x) * 3;

Deno.test("images are turned counterclockwise by as many quarters as their label says", () => {
  const turned = transformed(pixels, { transformation: "rotation", side: SIDE, seed: 1 });
  turned.labels.forEach((quarters, image) => {
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) {
        // Where a pixel goes, by the rotation matrix about the middle; y points downwards.
        const [cos, sin] = [[1, 0], [0, 1], [-1, 0], [0, -1]][quarters];
        const [dx, dy] = [x - 1, y - 1];
        const [toX, toY] = [1 + cos * dx + sin * dy, 1 - sin * dx + cos * dy];
        assertEquals(
          turned.pixels.subarray(at(image, toY, toX), at(image, toY, toX) + 3),
          pixels.subarray(at(image, y, x), at(image, y, x) + 3),
        );
      }
    }
  });
  const counts = [0, 1, 2, 3].map((label) => turned.labels.filter((own) => own === label).length);
  assertEquals(counts.filter((count) => count > 30 && count < 75).length, 4, counts.join());
});

Deno.test("half of the images lose their colours, and the draw is the seed's", () => {
  const options = { transformation: "grayscale", side: SIDE, seed: 2 } as const;
  const gray = transformed(pixels, options);
  gray.labels.forEach((label, image) => {
    for (let pixel = at(image, 0, 0); pixel < at(image + 1, 0, 0); pixel += 3) {
      const [r, g, b] = pixels.subarray(pixel, pixel + 3);
      const luma = Math.floor(0.2989 * r + 0.587 * g + 0.114 * b);
      const expected = label === 1 ? [luma, luma, luma] : [r, g, b];
      assertEquals([...gray.pixels.subarray(pixel, pixel + 3)], expected);
    }
  });
  assertEquals(transformed(pixels, options).labels, gray.labels);
  const other = transformed(pixels, { ...options, seed: 3 });
  assertEquals(other.labels.every((label, image) => label === gray.labels[image]), false);
});
