import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/** What belongs into a home. */
const OWN = /^(encoders|classifiers|images|graphs|(collections|jobs|keys)\.db(-wal|-shm)?)$/;
/** More than the age at which a file that nothing names is a crash's leftover. */
const OLD_MS = 2 * 60 * 60_000;

/**
 * Makes files of a home so old that no write can be under way any more to which they belong.
 *
 * @param home The home, which nobody uses.
 */
export async function makeOld(home: string): Promise<void> {
  const time = new Date(Date.now() - OLD_MS);
  for (const path of filesIn(home)) await Deno.utime(join(home, path), time, time);
}

/**
 * Files of a home that nothing refers to.
 *
 * @param home The home.
 * @returns Their paths in it.
 */
export function leftovers(home: string): string[] {
  using database = new DatabaseSync(join(home, "collections.db"), { readOnly: true });
  const named = database.prepare("SELECT image_file FROM items WHERE image_file IS NOT NULL").all();
  const images = new Set(named.map((row) => `images/${row.image_file}`));
  const graphs = new Set(
    filesIn(home).filter((path) => path.endsWith("/graph.json")).flatMap((path) => {
      const { file } = JSON.parse(Deno.readTextFileSync(join(home, path)));
      return [path, join(path, "..", file)];
    }),
  );
  return filesIn(home).filter((path) => {
    const [top] = path.split("/");
    if (top === "images") return !images.delete(path);
    if (top === "graphs") return !graphs.has(path);
    if (top === "encoders") return path.includes("/.");
    return !OWN.test(top);
  }).concat([...images].map((path) => `${path} (missing)`));
}

function filesIn(folder: string, below = ""): string[] {
  return [...Deno.readDirSync(join(folder, below))].flatMap(({ name, isDirectory }) => {
    const path = join(below, name);
    return isDirectory ? filesIn(folder, path) : [path];
  });
}
