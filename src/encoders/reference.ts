import { LookalikeError } from "../errors.ts";

const NAME = /^[a-z0-9][a-z0-9._-]{0,63}$/i;
const VERSION = /^[1-9][0-9]{0,8}$/;

/** An encoder or a classifier by name: its newest version, or the one told. */
export interface VersionReference {
  /** Letters, digits, `.`, `_` and `-`. */
  name: string;
  /** A whole number from "1" up; undefined for the newest. */
  version?: string;
}

/**
 * Checks the name of an encoder, a classifier or a collection: it becomes part of paths and addresses.
 *
 * @param name The name: 1 to 64 letters, digits, `.`, `_` or `-`, beginning with a letter or digit.
 * @param what What it names, for the error's sentence.
 * @param options.param The field of the error; `name` unless told.
 * @returns The same name.
 * @throws {LookalikeError} `invalid_input` if it is anything else.
 */
export function checkName(
  name: string,
  what: string,
  { param = "name" }: { param?: string } = {},
): string {
  if (NAME.test(name)) return name;
  throw new LookalikeError(
    "invalid_input",
    `Cannot take the name of the ${what} as it must be 1 to 64 letters, digits, ".", "_" or "-", ` +
      `beginning with a letter or digit: it is ${JSON.stringify(name).slice(0, 100)}.`,
    { param },
  );
}

/**
 * Whether a text is a version: a whole number from "1" up, without leading zeros.
 *
 * @param text Any text, such as a folder's name.
 * @returns Whether it is one.
 */
export function isVersion(text: string): boolean {
  return VERSION.test(text);
}

/**
 * Reads a reference to a version, `NAME` or `NAME@VERSION`.
 *
 * @param reference What a person or a request wrote.
 * @param options.noun What it is a version of, for the error's sentence; an encoder unless told.
 * @returns Its parts, checked.
 * @throws {LookalikeError} `invalid_input` if the name or the version cannot be one.
 *
 * @example
 * ```ts
 * import { parseReference } from "./reference.ts";
 * console.assert(parseReference("flowers@2").version === "2");
 * ```
 */
export function parseReference(
  reference: string,
  { noun = "encoder" }: { noun?: string } = {},
): VersionReference {
  const [name, version, ...rest] = reference.split("@");
  checkName(name, noun);
  if (version === undefined) return { name };
  if (rest.length === 0 && isVersion(version)) return { name, version };
  throw new LookalikeError(
    "invalid_input",
    `Cannot find ${noun} ${name} as the version after "@" must be a whole number from 1 up: it is ` +
      `${JSON.stringify([version, ...rest].join("@")).slice(0, 100)}.`,
    { param: "version" },
  );
}
