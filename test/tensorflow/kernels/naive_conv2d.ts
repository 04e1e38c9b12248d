/** Numbers with their shape, row-major. */
export interface Numbers {
  shape: number[];
  data: ArrayLike<number>;
}

/**
 * A convolution as its definition has it, padded by ⌊k/2⌋ on each side, and its gradients: each
 * product of a pixel and a weight adds to one y, and their partial derivatives to one dx and one
 * dfilter.
 */
export function naiveConv2d(
  x: Numbers,
  filter: Numbers,
  options: { stride: number; dy?: ArrayLike<number> },
): { shape: number[]; y: number[]; dx: number[]; dfilter: number[] } {
  const { stride, dy = [] } = options;
  const [count, height, width, channels] = x.shape;
  const [filterHeight, filterWidth, , outputs] = filter.shape;
  const rows = Math.ceil(height / stride);
  const columns = Math.ceil(width / stride);
  const y = new Array<number>(count * rows * columns * outputs).fill(0);
  const dx = new Array<number>(x.data.length).fill(0);
  const dfilter = new Array<number>(filter.data.length).fill(0);
  for (const [n, row, column, d] of places([count, rows, columns, outputs])) {
    const output = ((n * rows + row) * columns + column) * outputs + d;
    for (const [up, across, c] of places([filterHeight, filterWidth, channels])) {
      const i = row * stride + up - Math.floor(filterHeight / 2);
      const j = column * stride + across - Math.floor(filterWidth / 2);
      if (i < 0 || i >= height || j < 0 || j >= width) continue; // the padding is 0
      const pixel = ((n * height + i) * width + j) * channels + c;
      const weight = ((up * filterWidth + across) * channels + c) * outputs + d;
      y[output] += x.data[pixel] * filter.data[weight];
      dx[pixel] += (dy[output] ?? 0) * filter.data[weight];
      dfilter[weight] += (dy[output] ?? 0) * x.data[pixel];
    }
  }
  return { shape: [count, rows, columns, outputs], y, dx, dfilter };
}

/** All places in a box of that shape, the last axis running fastest. */
function* places(shape: number[]): Generator<number[]> {
  if (shape.length === 0) return yield [];
  for (let at = 0; at < shape[0]; at++) {
    for (const rest of places(shape.slice(1))) yield [at, ...rest];
  }
}
