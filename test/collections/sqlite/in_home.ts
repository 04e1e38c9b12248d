import { join } from "node:path";
import { DatabaseSync, type SQLInputValue, type SQLOutputValue } from "node:sqlite";

/**
 * A test with a home of its own.
 *
 * @param name What the test says.
 * @param body The test; the folder is removed behind it.
 */
export function inHome(name: string, body: (home: string) => Promise<void>): void {
  Deno.test(`SQLite collections: ${name}`, async () => {
    const home = await Deno.makeTempDir();
    try {
      await body(home);
    } finally {
      await Deno.remove(home, { recursive: true });
    }
  });
}

/**
 * Asks a home's database behind the back of whoever has it open.
 *
 * @param home The home.
 * @param sql One statement.
 * @param values Its values.
 * @returns The rows.
 */
export function query(
  home: string,
  sql: string,
  ...values: SQLInputValue[]
): Record<string, SQLOutputValue>[] {
  const database = new DatabaseSync(join(home, "collections.db"), { timeout: 1000 });
  try {
    return database.prepare(sql).all(...values).map((row) => ({ ...row }));
  } finally {
    database.close();
  }
}

/**
 * The files of originals in a home.
 *
 * @param home The home.
 * @returns Their paths.
 */
export async function imagePaths(home: string): Promise<string[]> {
  const images = join(home, "images");
  const paths: string[] = [];
  try {
    for await (const { name: shelf } of Deno.readDir(images)) {
      for await (const { name } of Deno.readDir(join(images, shelf))) {
        paths.push(join(images, shelf, name));
      }
    }
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
  return paths;
}

/**
 * Waits until something is so.
 *
 * @param what What; tried every few milliseconds.
 * @throws {Error} After ten seconds.
 */
export async function until(what: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 10_000;
  while (!await what()) {
    if (Date.now() > end) throw new Error(`It was never so: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
