import { assert, assertEquals } from "@std/assert";
import { encoderArchitectureSchema } from "../../src/model/mod.ts";

const resnet18 = { family: "resnet18", stem: "cifar", widthMultiplier: 0.25 };

Deno.test("an architecture comes back from JSON as it was", () => {
  const read = encoderArchitectureSchema.parse(JSON.parse(JSON.stringify(resnet18)));
  assertEquals(read, resnet18 as typeof read);
});

const wrong: Record<string, object> = {
  "another family": { ...resnet18, family: "vit" },
  "another stem": { ...resnet18, stem: "imagenet" },
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
