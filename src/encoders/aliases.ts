import { join } from "node:path";
import { z } from "zod";
import { LookalikeError, messageOf } from "../errors.ts";
import { sha256, writeFileAtomic } from "../files.ts";
import { createGate } from "../gate.ts";
import { checkName, parseReference } from "./reference.ts";

const FILE = "aliases.json";
/** More than anybody needs; the file is written whole at each change. */
const MOST = 1000;

const aliasSchema = z.object({
  alias: z.string(),
  reference: z.string(),
  updatedAt: z.iso.datetime(),
});

const fileSchema = z.object({
  /** Raised when an older program could misread a newer file. */
  formatVersion: z.literal(1),
  aliases: z.array(aliasSchema),
  /** The SHA-256 of the aliases' JSON. */
  checksum: z.string(),
});

/** A name of a person's choice for a version, which may be given to another one later. */
export interface Alias {
  /** Such as `production`. */
  alias: string;
  /** `NAME@VERSION`. */
  reference: string;
  /** When it was given, ISO 8601. */
  updatedAt: string;
}

/** What aliases are given to: encoders unless told. */
export interface AliasOptions {
  /** What a sentence calls it; with an `s` it is the store's folder. */
  noun?: string;
  /** The field of a request that names one. */
  param?: string;
}

/** The aliases on disk. Several processes may write them: the last one wins, and no file is torn. */
export interface Aliases {
  /**
   * All of them, by name.
   *
   * @throws {LookalikeError} `damaged` if the file is not as it was written.
   */
  list(): Promise<Alias[]>;
  /**
   * Gives an alias to a version, in place of what it had.
   *
   * @param alias 1 to 64 letters, digits, `.`, `_` or `-`.
   * @param reference `NAME@VERSION`; whether it is there is for the caller to know.
   * @throws {LookalikeError} `invalid_input`; `damaged` if the file is not as it was written;
   * `unavailable` if it cannot be written, as when the disk is full.
   */
  set(alias: string, reference: string): Promise<Alias>;
  /**
   * Removes an alias.
   *
   * @throws {LookalikeError} `not_found` if it is not there; `damaged`; `unavailable`.
   */
  remove(alias: string): Promise<void>;
}

/**
 * Opens the aliases of a store: one file, `aliases.json`, with a checksum, renamed into place.
 *
 * @param root The store's folder; it need not be there.
 * @param options What they are given to, for errors.
 * @returns The aliases.
 */
export function openAliases(
  root: string,
  { noun = "encoder", param = "model" }: AliasOptions = {},
): Aliases {
  const path = join(root, FILE);
  const changing = createGate(1); // each change reads what the one before has written

  const damaged: Damaged = (reason, cause) =>
    new LookalikeError(
      "damaged",
      `Cannot read the aliases as of ${noun}s/${FILE} ${reason}. Restore the file from a copy, or ` +
        `remove it and set the aliases again; ${noun}s answer by their own names meanwhile.`,
      { param, cause },
    );
  const list = () => readAliases(path, damaged);

  function change<T>(edit: (aliases: Map<string, Alias>) => T): Promise<T> {
    return changing(async () => {
      const aliases = new Map((await list()).map((one) => [one.alias, one]));
      const result = edit(aliases);
      await writeAliases(path, [...aliases.values()].sort(byName));
      return result;
    });
  }

  return {
    list,
    async set(alias, reference) {
      checkName(alias, "alias", { param: "alias" });
      const { name, version } = parseReference(reference, { noun });
      if (version === undefined) {
        throw new LookalikeError(
          "invalid_input",
          `Cannot give alias ${alias} to ${name} as it must be given to a version: ${name}@1.`,
          { param },
        );
      }
      return await change((aliases) => {
        if (aliases.size >= MOST && !aliases.has(alias)) throw tooMany(alias);
        const given = { alias, reference, updatedAt: new Date().toISOString() };
        aliases.set(alias, given);
        return given;
      });
    },
    remove: (alias) =>
      change((aliases) => {
        if (!aliases.delete(alias)) throw absent(alias, [...aliases.keys()]);
      }),
  };
}

/** The error of a file that is not as it was written; `reason` is the sentence's end. */
type Damaged = (reason: string, cause?: unknown) => LookalikeError;

async function readAliases(path: string, damaged: Damaged): Promise<Alias[]> {
  let text: string;
  try {
    text = await Deno.readTextFile(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return [];
    throw damaged(`it must be readable: ${messageOf(error)}`, error);
  }
  return decode(text, damaged);
}

async function writeAliases(path: string, aliases: Alias[]): Promise<void> {
  try {
    await writeFileAtomic(path, encode(aliases));
  } catch (cause) {
    throw new LookalikeError(
      "unavailable",
      `Cannot keep the aliases as the file system says: ${
        messageOf(cause)
      }. They are as they were.`,
      { retryAfter: 5, cause },
    );
  }
}

function encode(aliases: Alias[]): string {
  const content = { formatVersion: 1, aliases, checksum: checksumOf(aliases) };
  return JSON.stringify(content, null, 2) + "\n";
}

function decode(text: string, damaged: Damaged): Alias[] {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (cause) {
    throw damaged(`it must be JSON: ${messageOf(cause)}`, cause);
  }
  const read = fileSchema.safeParse(content);
  if (!read.success) {
    const { path, message } = read.error.issues[0];
    throw damaged(`its ${path.join(".") || "content"} is not as it must be: ${message}`);
  }
  const { aliases, checksum } = read.data;
  if (checksum === checksumOf(aliases)) return aliases;
  throw damaged("it must be as it was written: its checksum is another");
}

function checksumOf(aliases: Alias[]): string {
  return sha256(
    JSON.stringify(
      aliases.map(({ alias, reference, updatedAt }) => [alias, reference, updatedAt]),
    ),
  );
}

function byName(left: Alias, right: Alias): number {
  return left.alias < right.alias ? -1 : 1;
}

function tooMany(alias: string): LookalikeError {
  return new LookalikeError(
    "invalid_input",
    `Cannot set alias ${alias} as there must be at most ${MOST}: remove one first.`,
    { param: "alias" },
  );
}

function absent(alias: string, known: string[]): LookalikeError {
  return new LookalikeError(
    "not_found",
    `Cannot find alias ${alias} as it must be one of those set: ${
      known.length > 0 ? `there are ${known.join(", ")}` : "there are none yet"
    }.`,
    { param: "alias" },
  );
}
