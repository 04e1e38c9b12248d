import { assertAlmostEquals, assertEquals } from "@std/assert";
import { accuracy } from "../../src/probe/accuracy.ts";
import { confusionMatrix, recallByClass } from "../../src/probe/confusion_matrix.ts";
import { random } from "../../src/random.ts";

Deno.test("the confusion matrix counts every pair; its diagonal is the accuracy", () => {
  const source = random(4);
  const classes = 5;
  const draw = () => Int32Array.from({ length: 300 }, () => source.below(classes));
  const [predictions, labels] = [draw(), draw()];
  const confusion = confusionMatrix(predictions, { labels, classes });
  for (let truth = 0; truth < classes; truth++) {
    for (let taken = 0; taken < classes; taken++) {
      const pairs = labels.filter((label, i) => label === truth && predictions[i] === taken);
      assertEquals(confusion[truth][taken], pairs.length);
    }
  }
  const right = confusion.reduce((sum, row, label) => sum + row[label], 0);
  assertAlmostEquals(right / 300, accuracy(predictions, labels), 1e-12);
});

Deno.test("recall is the share of a class's own images, and null where it has none", () => {
  assertEquals(recallByClass([[3, 1, 0], [0, 0, 0], [0, 2, 2]]), [0.75, null, 0.5]);
});
