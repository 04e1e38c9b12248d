import type { EncoderArchitecture } from "./architecture.ts";

/** A convolution without bias and the batch norm behind it, by torchvision's names. */
export interface ConvolutionLayer {
  /** The convolution's; its kernel is `NAME.weight`, `[side, side, input, output]`. */
  name: string;
  /** The batch norm's. */
  norm: string;
  side: number;
  stride: number;
  /** Channels that go in. */
  input: number;
  /** Channels that come out. */
  output: number;
}

/** A residual block: y = relu(F(x) + x). */
export interface ResidualBlock {
  /** F: with a relu behind each layer but the last. */
  layers: ConvolutionLayer[];
  /** What takes x to the shape of F(x), where they differ. */
  downsample?: ConvolutionLayer;
}

/** All layers of a ResNet, first to last. */
export interface ResnetLayout {
  stem: ConvolutionLayer;
  /** Whether a 3×3 max-pooling of stride 2 follows the stem. */
  isPooled: boolean;
  blocks: ResidualBlock[];
  /** F, the length of h. */
  dimension: number;
}

/** Channels of the four stages at width 1×, before a bottleneck's expansion. */
const STAGES = [64, 128, 256, 512];
const COLOURS = 3;

/** A block by the sides of its kernels, and its channels over those of its stage. */
interface BlockKind {
  sides: number[];
  expansion: number;
}
const BASIC: BlockKind = { sides: [3, 3], expansion: 1 };
const BOTTLENECK: BlockKind = { sides: [1, 3, 1], expansion: 4 };

/** The kind of block, and how many each stage has (He et al., arXiv 1512.03385, table 1). */
const FAMILIES: Record<EncoderArchitecture["family"], { kind: BlockKind; counts: number[] }> = {
  resnet18: { kind: BASIC, counts: [2, 2, 2, 2] },
  resnet34: { kind: BASIC, counts: [3, 4, 6, 3] },
  resnet50: { kind: BOTTLENECK, counts: [3, 4, 6, 3] },
  resnet101: { kind: BOTTLENECK, counts: [3, 4, 23, 3] },
  resnet152: { kind: BOTTLENECK, counts: [3, 8, 36, 3] },
};

/**
 * Lays out a ResNet as torchvision does; its bottlenecks have their stride in the 3×3 convolution
 * ("v1.5"), as SimCLR's have.
 *
 * @param architecture The network.
 * @returns Its layers, in the order in which torchvision names them.
 */
export function resnetLayout(architecture: EncoderArchitecture): ResnetLayout {
  const { family, stem, widthMultiplier } = architecture;
  const { kind, counts } = FAMILIES[family];
  const widths = STAGES.map((width) => Math.max(1, Math.round(width * widthMultiplier)));
  let input = widths[0];
  const blocks = counts.flatMap((count, stage) =>
    Array.from({ length: count }, (_, index) => {
      const block = residualBlock(`layer${stage + 1}.${index}`, {
        kind,
        stride: index === 0 && stage > 0 ? 2 : 1,
        input,
        width: widths[stage],
      });
      input = widths[stage] * kind.expansion;
      return block;
    })
  );
  const first = { name: "conv1", norm: "bn1", input: COLOURS, output: widths[0] };
  const isPooled = stem === "imagenet";
  return {
    stem: isPooled ? { ...first, side: 7, stride: 2 } : { ...first, side: 3, stride: 1 },
    isPooled,
    blocks,
    dimension: input,
  };
}

function residualBlock(
  name: string,
  options: { kind: BlockKind; stride: number; input: number; width: number },
): ResidualBlock {
  const { kind: { sides, expansion }, stride, input, width } = options;
  const output = width * expansion;
  const layers = sides.map((side, index) => ({
    name: `${name}.conv${index + 1}`,
    norm: `${name}.bn${index + 1}`,
    side,
    stride: index === sides.indexOf(3) ? stride : 1,
    input: index === 0 ? input : width,
    output: index === sides.length - 1 ? output : width,
  }));
  if (stride === 1 && input === output) return { layers };
  const downsample = { name: `${name}.downsample.0`, norm: `${name}.downsample.1`, side: 1 };
  return { layers, downsample: { ...downsample, stride, input, output } };
}
