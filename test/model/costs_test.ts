import { assertAlmostEquals, assertEquals } from "@std/assert";
import { forwardFlops, trainingFlops } from "../../src/model/flops.ts";
import { layerSizes } from "../../src/model/layer_sizes.ts";
import type { EncoderArchitecture } from "../../src/model/mod.ts";
import { parameterCount } from "../../src/model/parameter_count.ts";
import { storedActivations } from "../../src/model/stored_activations.ts";

/**
 * What torchvision publishes for 224×224 pixels with its `fc` of 1,000 classes, in 10⁹ products and in
 * parameters (the `_ops` and `num_params` of its weights), and Radosavovic et al. (arXiv
 * 2003.13678) for the numbers that come out of convolutions, in 10⁶.
 */
const PUBLISHED = {
  resnet18: { products: 1.814, parameters: 11_689_512 },
  resnet34: { products: 3.664, parameters: 21_797_672 },
  resnet50: { products: 4.089, parameters: 25_557_032, activations: 11.1 },
  resnet101: { products: 7.801, parameters: 44_549_160, activations: 16.2 },
  resnet152: { products: 11.514, parameters: 60_192_808, activations: 22.6 },
};

for (const [name, published] of Object.entries(PUBLISHED)) {
  Deno.test(`${name} costs what is published of it`, () => {
    const family = name as EncoderArchitecture["family"];
    const architecture: EncoderArchitecture = { family, stem: "imagenet", widthMultiplier: 1 };
    const dimension = ["resnet18", "resnet34"].includes(family) ? 512 : 2048;
    const fc = { input: dimension, layers: [1000] }; // as many products as a linear head
    const products = forwardFlops(architecture, { imageSize: 224, head: fc }) / 2;
    assertEquals((products / 1e9).toFixed(3), published.products.toFixed(3));
    assertEquals(parameterCount(architecture) + (dimension + 1) * 1000, published.parameters);
    if ("activations" in published) {
      const { layers } = layerSizes(architecture, 224);
      const numbers = layers.reduce((sum, { layer, after }) => sum + after ** 2 * layer.output, 0);
      assertEquals((numbers / 1e6).toFixed(1), published.activations.toFixed(1));
    }
  });
}

const tiny: EncoderArchitecture = { family: "resnet18", stem: "cifar", widthMultiplier: 1 / 64 };

Deno.test("a tiny network's operations are those counted by hand", () => {
  // Channels 3 → 1 | 1 1 | 2 2 | 4 4 | 8 8 on 4×4 | 4×4 | 2×2 | 1×1 | 1×1 places; 9 weights a kernel
  const stem = 9 * 3 * 1 * 16;
  const stages = [
    9 * 4 * 16, // four of 1 → 1
    9 * (2 + 3 * 4) * 4 + 2 * 4, // 1 → 2, three of 2 → 2, and 1×1 from 1 to 2
    9 * (8 + 3 * 16) * 1 + 8,
    9 * (32 + 3 * 64) * 1 + 32,
  ];
  const products = stages.reduce((sum, stage) => sum + stage, stem);
  assertEquals(forwardFlops(tiny, { imageSize: 4 }), 2 * products);
  const head = { input: 8, layers: [8, 3] };
  assertEquals(forwardFlops(tiny, { imageSize: 4, head }), 2 * (products + 8 * 8 + 8 * 3));
  assertEquals(trainingFlops(tiny, { imageSize: 4, head }), 12 * (products + 8 * 8 + 8 * 3));
});

Deno.test("a tiny network's stored numbers and parameters are those counted by hand", () => {
  // Each convolution's result, and that of each relu; then copies with a border where a stride is 2.
  const results = 16 + 4 * 16 + 4 * 2 * 4 + 4 * 4 + 4 * 8;
  const downsampled = 2 * 4 + 4 + 8; // no relu of their own
  const bordered = 6 * 6 * 1 + 4 * 4 * 2 + 3 * 3 * 4;
  const image = 4 * 4 * 3;
  assertEquals(storedActivations(tiny, 4), image + 2 * results + downsampled + bordered);

  // With the other stem 8×8 pixels are 4×4, pooled 2×2, and then one place from the second stage on.
  const pooled = { ...tiny, stem: "imagenet" } as const;
  const stem = 8 * 8 * 3 + 14 * 14 * 3 + 2 * 4 * 4 + 2 * 2;
  const stages = 2 * (4 * 2 * 2 + 4 * 2 + 4 * 4 + 4 * 8) + 2 + 4 + 8;
  assertEquals(storedActivations(pooled, 8), stem + stages + 4 * 4 * 1 + 3 * 3 * 2 + 3 * 3 * 4);

  const head = { input: 8, layers: [8, 3] };
  assertEquals(parameterCount(tiny, head) - parameterCount(tiny), 8 * 8 + 2 * 8 + 8 * 3 + 3);
});

Deno.test("at four times the width a network costs sixteen times as much, but for its stem", () => {
  const wide: EncoderArchitecture = { family: "resnet50", stem: "imagenet", widthMultiplier: 4 };
  const usual = { ...wide, widthMultiplier: 1 };
  const stem = 2 * 49 * 3 * 64 * 112 ** 2;
  const flops = (architecture: EncoderArchitecture) =>
    forwardFlops(architecture, { imageSize: 224 });
  assertEquals(flops(wide) - 4 * stem, 16 * (flops(usual) - stem));
  // The paper's table 6 has 24, 94 and 375 million parameters.
  const millions = [1, 2, 4].map((widthMultiplier) =>
    parameterCount({ ...wide, widthMultiplier }) / 1e6
  );
  for (const [at, published] of [24, 94, 375].entries()) {
    assertAlmostEquals(millions[at], published, 1);
  }
});
