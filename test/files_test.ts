import { assert, assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { join } from "node:path";
import { sha256, sha256File, writeAll, writeFileAtomic } from "../src/files.ts";

/** Runs in a new folder, which is gone afterwards. */
async function inFolder(run: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    await run(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const names = (folder: string) => [...Deno.readDirSync(folder)].map(({ name }) => name).sort();

Deno.test("text, bytes and pieces are written whole, into folders that are not there yet", () =>
  inFolder(async (folder) => {
    const path = join(folder, "deep", "er", "file");
    await writeFileAtomic(path, "größer");
    assertEquals(await Deno.readTextFile(path), "größer");
    await writeFileAtomic(path, Uint8Array.of(1, 2, 3));
    assertEquals(await Deno.readFile(path), Uint8Array.of(1, 2, 3));
    await writeFileAtomic(path, [Uint8Array.of(4), new Uint8Array(), Uint8Array.of(5, 6)]);
    assertEquals(await Deno.readFile(path), Uint8Array.of(4, 5, 6));
    await writeFileAtomic(path, async (file) => {
      await writeAll(file, Uint8Array.of(7, 8, 9));
      await file.seek(1, Deno.SeekMode.Start);
      await writeAll(file, Uint8Array.of(0));
    });
    assertEquals(await Deno.readFile(path), Uint8Array.of(7, 0, 9));
    await writeFileAtomic(path, []);
    assertEquals((await Deno.stat(path)).size, 0);
    assertEquals(names(join(folder, "deep", "er")), ["file"]);
  }));

Deno.test("what fails half-way leaves the old file, and nothing else", () =>
  inFolder(async (folder) => {
    const path = join(folder, "file");
    await writeFileAtomic(path, "old");
    function* broken() {
      yield new TextEncoder().encode("new");
      throw new Error("the disk is full");
    }
    await assertRejects(() => writeFileAtomic(path, broken()), Error, "the disk is full");
    const write = async (file: Deno.FsFile) => {
      for (const piece of broken()) await writeAll(file, piece);
    };
    await assertRejects(() => writeFileAtomic(path, write), Error, "the disk is full");
    assertEquals(await Deno.readTextFile(path), "old");
    assertEquals(names(folder), ["file"]);
  }));

Deno.test("what cannot be put in its place leaves nothing behind", () =>
  inFolder(async (folder) => {
    const taken = join(folder, "taken");
    await Deno.mkdir(taken);
    await assertRejects(() => writeFileAtomic(taken, "new"));
    assertEquals(names(folder), ["taken"]);
    await assertRejects(() => writeFileAtomic(join(folder, "taken\0"), "new"));
    assertEquals(names(folder), ["taken"]);
  }));

Deno.test("a reader sees the old file or the new one, never a part", () =>
  inFolder(async (folder) => {
    const path = join(folder, "file");
    const length = 1 << 20;
    const content = (round: number) => new Uint8Array(length).fill(round);
    await writeFileAtomic(path, content(0));
    let done = false;
    let reads = 0;
    const reader = (async () => {
      for (; !done; reads++) {
        const seen = await Deno.readFile(path);
        assertEquals(seen.length, length);
        assert(seen.every((byte) => byte === seen[0]), "a mixture of two files was seen");
      }
    })();
    for (let round = 1; round <= 20; round++) await writeFileAtomic(path, content(round));
    done = true;
    await reader;
    assert(reads > 0);
  }));

Deno.test("writers of one file at the same time do not mix", () =>
  inFolder(async (folder) => {
    const path = join(folder, "file");
    const contents = Array.from({ length: 8 }, (_, at) => String(at).repeat(100_000));
    await Promise.all(contents.map((content) => writeFileAtomic(path, content)));
    assert(contents.includes(await Deno.readTextFile(path)));
    assertEquals(names(folder), ["file"]);
  }));

Deno.test("all bytes are written, however few a call takes", async () => {
  const written: number[] = [];
  const slow = {
    write(data: Uint8Array) {
      written.push(...data.subarray(0, 3));
      return Promise.resolve(Math.min(3, data.length));
    },
  };
  await writeAll(slow as unknown as Deno.FsFile, Uint8Array.from({ length: 10 }, (_, at) => at));
  assertEquals(written, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

// FIPS 180-2, appendix B
const known: Record<string, string> = {
  "": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
  abc: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
  abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq:
    "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
};

Deno.test("SHA-256 is that of the standard, of texts, bytes and files", () =>
  inFolder(async (folder) => {
    for (const [text, hash] of Object.entries(known)) {
      assertEquals(sha256(text), hash);
      assertEquals(sha256(new TextEncoder().encode(text)), hash);
      await Deno.writeTextFile(join(folder, "file"), text);
      assertEquals(await sha256File(join(folder, "file")), hash);
    }
  }));

Deno.test("SHA-256 does not depend on where pieces end", () => {
  fc.assert(fc.property(fc.uint8Array(), fc.nat(), (bytes, at) => {
    const cut = at % (bytes.length + 1);
    assertEquals(sha256(bytes.subarray(0, cut), bytes.subarray(cut)), sha256(bytes));
  }));
});

Deno.test("a file of more than one piece has the hash of its bytes", () =>
  inFolder(async (folder) => {
    const bytes = Uint8Array.from({ length: (5 << 19) + 7 }, (_, at) => at % 251); // 2.5 MiB and 7
    await Deno.writeFile(join(folder, "file"), bytes);
    assertEquals(await sha256File(join(folder, "file")), sha256(bytes));
    await assertRejects(() => sha256File(join(folder, "none")), Deno.errors.NotFound);
  }));
