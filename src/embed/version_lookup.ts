import type { Alias } from "../encoders/aliases.ts";
import type { EncoderStore } from "../encoders/store.ts";
import { LookalikeError } from "../errors.ts";

/** What names and aliases stand for on disk, where other processes may change it. */
export interface VersionLookup {
  /**
   * The version that a name or an alias stands for; an alias goes before a name.
   *
   * @param name A name of an encoder, or an alias.
   * @returns `NAME@VERSION`, or null if there is neither.
   * @throws {LookalikeError} `damaged` if the aliases cannot be read and no encoder has that name.
   */
  find(name: string): Promise<string | null>;
  /** All aliases, as of the last look; none while their file is damaged. */
  aliases(): Promise<Alias[]>;
  /** Looks again the next time, as this process has changed something. */
  forget(): void;
}

/**
 * Looks at a store, at most once in a while for each name: that is cheap enough to do as requests
 * come, and needs no timer where none come.
 *
 * @param store Encoders and aliases.
 * @param options.lookMs How long an answer is taken for true, in milliseconds.
 * @returns The lookup.
 */
export function createVersionLookup(
  store: Pick<EncoderStore, "versions" | "aliases">,
  { lookMs }: { lookMs: number },
): VersionLookup {
  /** By name; only names that are there, so that callers cannot fill it. */
  const newest = new Map<string, { reference: string; at: number }>();
  let aliases: { found: Promise<Alias[] | LookalikeError>; at: number } | null = null;

  function look(): Promise<Alias[] | LookalikeError> {
    if (aliases === null || isOld(aliases)) {
      const found = store.aliases.list().catch((error) => error); // it is said where it matters
      aliases = { found, at: performance.now() };
    }
    return aliases.found;
  }

  async function newestOf(name: string): Promise<string | null> {
    const known = newest.get(name);
    if (known && !isOld(known)) return known.reference;
    newest.delete(name);
    const version = (await store.versions(name)).at(-1);
    if (version === undefined) return null;
    const reference = `${name}@${version}`;
    newest.set(name, { reference, at: performance.now() });
    return reference;
  }

  const isOld = ({ at }: { at: number }) => performance.now() - at >= lookMs;

  return {
    async find(name) {
      const known = await look();
      const alias = known instanceof LookalikeError
        ? undefined
        : known.find((one) => one.alias === name);
      const reference = alias?.reference ?? await newestOf(name);
      if (reference === null && known instanceof LookalikeError) throw known;
      return reference;
    },
    async aliases() {
      const known = await look();
      return known instanceof LookalikeError ? [] : known;
    },
    forget() {
      newest.clear();
      aliases = null;
    },
  };
}
