import { assert, assertEquals } from "@std/assert";
import { encoderArchitectureSchema, stemFor } from "../../src/model/mod.ts";

const resnet18 = { family: "resnet18", stem: "cifar", widthMultiplier: 0.25 };

Deno.test("an architecture comes back from JSON as it was", () => {
  const read = encoderArchitectureSchema.parse(JSON.parse(JSON.stringify(resnet18)));
  assertEquals(read, resnet18 as typeof read);
});

const wrong: Record<string, object> = {
  "another family": { ...resnet18, family: "vit" },
  "another depth": { ...resnet18, family: "resnet20" },
  "another stem": { ...resnet18, stem: "auto" },
  "no width": { family: "resnet18", stem: "cifar" },
  "a width of 0": { ...resnet18, widthMultiplier: 0 },
  "a width that is no number": { ...resnet18, widthMultiplier: NaN },
  "a field that this version does not know": { ...resnet18, dropout: 0.1 },
};

for (const [what, architecture] of Object.entries(wrong)) {
  Deno.test(`${what} is refused`, () => {
    assert(!encoderArchitectureSchema.safeParse(architecture).success);
  });
}

Deno.test("small images take the stem for small images", () => {
  const stems = [8, 32, 64, 65, 96, 224, 448].map(stemFor);
  assertEquals(stems, ["cifar", "cifar", "cifar", "imagenet", "imagenet", "imagenet", "imagenet"]);
});
