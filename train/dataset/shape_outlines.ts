/**
 * The signed distance of a point to an outline: below 0 inside. The outline has about the area of the
 * unit circle's and lies around the origin, y pointing down.
 */
export type Distance = (x: number, y: number) => number;

type Point = [x: number, y: number];

const circle: Distance = (x, y) => Math.hypot(x, y) - 0.88;

const ring: Distance = (x, y) => Math.abs(Math.hypot(x, y) - 0.8) - 0.25;

/** A disc without a smaller one that covers its right side. */
const crescent: Distance = (x, y) =>
  Math.max(Math.hypot(x + 0.15, y) - 1.05, 0.85 - Math.hypot(x - 0.45, y));

/** Inigo Quilez's heart (iquilezles.org/articles/distfunctions2d), which stands on (0, 0) and is 1.1 high. */
const heart: Distance = (x, y) => {
  const scale = 1.75;
  const side = Math.abs(x) / scale;
  const up = 0.55 - y / scale;
  if (side + up > 1) return scale * (Math.hypot(side - 0.25, up - 0.75) - Math.SQRT2 / 4);
  const along = Math.max(side + up, 0) / 2;
  const nearest = Math.min(Math.hypot(side, up - 1), Math.hypot(side - along, up - along));
  return scale * nearest * Math.sign(side - up);
};

/** What shapes there are, each by its outline. */
export const SHAPE_OUTLINES: Record<string, Distance> = {
  arrow: polygon([[0, -1.15], [0.85, -0.15], [0.33, -0.15], [0.33, 1.1], [-0.33, 1.1], [
    -0.33,
    -0.15,
  ], [-0.85, -0.15]]),
  circle,
  crescent,
  cross: polygon(
    [
      [-0.32, -1],
      [0.32, -1],
      [0.32, -0.32],
      [1, -0.32],
      [1, 0.32],
      [0.32, 0.32],
      [0.32, 1],
      [-0.32, 1],
      [-0.32, 0.32],
      [-1, 0.32],
      [-1, -0.32],
      [-0.32, -0.32],
    ],
  ),
  heart,
  hourglass: polygon([[-0.85, -1], [0.85, -1], [0.12, 0], [0.85, 1], [-0.85, 1], [-0.12, 0]]),
  ring,
  square: polygon([[-0.8, -0.8], [0.8, -0.8], [0.8, 0.8], [-0.8, 0.8]]),
  star: polygon(Array.from({ length: 10 }, (_, corner): Point => {
    const [radius, angle] = [corner % 2 ? 0.5 : 1.2, corner * Math.PI / 5];
    return [radius * Math.sin(angle), -radius * Math.cos(angle)];
  })),
  triangle: polygon([[0, -1.15], [1, 0.58], [-1, 0.58]]),
};

/** The outline of a polygon without self-intersections (Quilez's formula, same article). */
function polygon(points: Point[]): Distance {
  const edges = points.map((from, corner) => {
    const to = points[(corner + 1) % points.length];
    const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
    return { x: from[0], y: from[1], toY: to[1], dx, dy, square: dx * dx + dy * dy };
  });
  return (x, y) => {
    let nearest = Infinity;
    let inside = false;
    for (const edge of edges) {
      const [px, py] = [x - edge.x, y - edge.y];
      const share = Math.min(1, Math.max(0, (px * edge.dx + py * edge.dy) / edge.square));
      const [ox, oy] = [px - share * edge.dx, py - share * edge.dy];
      nearest = Math.min(nearest, ox * ox + oy * oy);
      const crosses = edge.y > y !== edge.toY > y && px < edge.dx * py / edge.dy;
      if (crosses) inside = !inside;
    }
    return inside ? -Math.sqrt(nearest) : Math.sqrt(nearest);
  };
}
