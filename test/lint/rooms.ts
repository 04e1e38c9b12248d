import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

/** The files that wire the rooms together; only they read flags and environment, and exit. */
export const ENTRIES: readonly string[] = ["main.ts", "train/cli.ts"];

/**
 * The rooms and which others each may import, as docs/architecture.md has it. A room may always
 * import itself; test/ and bench/ may import anything.
 */
export const ROOMS: Readonly<Record<string, readonly string[]>> = {
  "src/*.ts": [],
  "src/tensorflow": ["src/*.ts"],
  "src/image": ["src/*.ts"],
  "src/keys": ["src/*.ts"],
  "src/model": ["src/*.ts", "src/tensorflow"],
  "src/encoders": ["src/*.ts", "src/tensorflow", "src/model"],
  "src/embed": ["src/*.ts", "src/tensorflow", "src/image", "src/model", "src/encoders"],
  "src/classifiers": ["src/*.ts", "src/tensorflow", "src/model", "src/encoders", "src/probe"],
  "src/jobs": ["src/*.ts", "src/encoders", "src/collections", "src/classifiers", "src/embed"],
  "src/collections": ["src/*.ts", "src/tensorflow", "src/image", "src/model", "src/encoders"],
  "src/probe": ["src/*.ts", "src/tensorflow", "src/image", "src/model", "src/encoders"],
  "train": ["src"],
  "routes": ["src"],
  "main.ts": ["src", "routes"],
  "train/cli.ts": ["src", "train"],
};

/** Packages that one room alone may import. */
export const PACKAGES: Readonly<Record<string, string>> = {
  "@tensorflow/": "src/tensorflow",
};

/**
 * The path of a file inside the project.
 *
 * @param path An absolute path.
 * @returns The path from the project's root, with `/` between names.
 */
export function projectPath(path: string): string {
  return relative(ROOT, path).replaceAll("\\", "/");
}

/**
 * The room that a file lies in.
 *
 * @param path The file, from the project's root.
 * @returns A key of {@link ROOMS}, or the first folder where there is no rule for it.
 */
export function roomOf(path: string): string {
  if (path in ROOMS) return path;
  const folders = path.split("/").slice(0, -1);
  if (folders[0] !== "src") return folders[0] ?? path;
  return folders.length === 1 ? "src/*.ts" : `src/${folders[1]}`;
}

/**
 * The file that a relative import names.
 *
 * @param importer The file with the import, from the project's root.
 * @param specifier Such as `../errors.ts`.
 * @returns The file, from the project's root.
 */
export function resolve(importer: string, specifier: string): string {
  return join(dirname(importer), specifier).replaceAll("\\", "/");
}

/**
 * Whether a room may import another.
 *
 * @param from The importing room.
 * @param to The imported room.
 * @returns Whether the table has it; a room without a rule may import anything.
 */
export function mayImport(from: string, to: string): boolean {
  const allowed = ROOMS[from];
  return from === to || allowed === undefined ||
    allowed.some((room) => to === room || to.startsWith(`${room}/`)) && !ENTRIES.includes(to);
}
