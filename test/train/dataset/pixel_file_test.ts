import { assertEquals, assertRejects } from "@std/assert";
import { permutation, random } from "../../../src/random.ts";
import { readRows, writeRows } from "../../../train/dataset/pixel_file.ts";

for (const rowBytes of [3, 5_000, 100_000, 5_000_000]) {
  Deno.test(`rows of ${rowBytes} bytes come back in any order`, async () => {
    const count = Math.min(1000, Math.ceil(20_000_000 / rowBytes));
    const row = (number: number) => new Uint8Array(rowBytes).fill(number % 251);
    const path = await Deno.makeTempFile();
    const file = await Deno.open(path, { read: true, write: true });
    await Deno.remove(path);
    await writeRows(
      file,
      (async function* () {
        for (let number = 0; number < count; number++) yield row(number);
      })(),
    );
    assertEquals((await file.stat()).size, count * rowBytes);
    using pixels = readRows(file, rowBytes);
    const source = random(rowBytes);
    const asked = [
      permutation(count, 1),
      [count - 1, 0, 0],
      [],
      Array.from({ length: 4 }, () => source.below(count)),
    ];
    const answers = await Promise.all(asked.map((rows) => pixels.read(rows)));
    answers.forEach((bytes, at) => {
      assertEquals(bytes.length, asked[at].length * rowBytes);
      Array.from(asked[at]).forEach((number, place) => {
        const [first, last] = [bytes[place * rowBytes], bytes[(place + 1) * rowBytes - 1]];
        assertEquals([first, last], [number % 251, number % 251]);
      });
    });
    await assertRejects(() => pixels.read([count]), Error, "ends before");
  });
}
