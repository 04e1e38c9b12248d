import { parseArgs } from "node:util";
import { LookalikeError, messageOf } from "../errors.ts";
import type { ApiKey, KeyStore } from "./key_store.ts";
import { parseScopes, SCOPES } from "./scopes.ts";
import { openKeyStore } from "./sqlite_key_store.ts";

const USAGE = `Usage:
  keys create --name NAME --scopes ${SCOPES.join(",")} [--requests-per-minute N] [--expires DATE]
  keys list
  keys revoke ID`;

/**
 * `keys …`: makes, lists and revokes keys where no key is at hand yet. A service that runs takes
 * notice at once.
 *
 * @param args What stands after `keys`.
 * @param options.home The folder of the keys; made if it is not there.
 * @param options.print Takes each line.
 * @returns The exit code: 0, 1 if it could not be done, 2 if it was asked wrongly.
 */
export function runKeysCommand(
  args: readonly string[],
  { home, print }: { home: string; print: (line: string) => void },
): number {
  const [action, ...rest] = args;
  const run = { create, list, revoke }[action];
  if (run === undefined) {
    print(USAGE);
    return action === "--help" ? 0 : 2;
  }
  try {
    Deno.mkdirSync(home, { recursive: true });
    const keys = openKeyStore(home);
    try {
      for (const line of run(keys, rest)) print(line);
      return 0;
    } finally {
      keys.close();
    }
  } catch (error) {
    print(messageOf(error));
    const wronglyAsked = error instanceof LookalikeError
      ? error.code === "invalid_input"
      : error instanceof TypeError; // as parseArgs throws
    if (!wronglyAsked) return 1;
    print(USAGE);
    return 2;
  }
}

function create(keys: KeyStore, args: string[]): string[] {
  const { values } = parseArgs({
    args,
    options: {
      name: { type: "string" },
      scopes: { type: "string" },
      "requests-per-minute": { type: "string" },
      expires: { type: "string" },
    },
  });
  const { name = "", scopes = "", "requests-per-minute": limit, expires } = values;
  const { key, token } = keys.create({
    name,
    scopes: parseScopes(scopes === "" ? [] : scopes.split(",")),
    requestsPerMinute: limit === undefined ? null : Number(limit),
    expiresAt: expires ?? null,
  });
  return [`Made key ${key.id}. This is its token, which is shown only now:`, token];
}

function list(keys: KeyStore, args: string[]): string[] {
  parseArgs({ args, options: {} });
  return keys.list().map(described);
}

function revoke(keys: KeyStore, args: string[]): string[] {
  const { positionals: [id = ""] } = parseArgs({ args, options: {}, allowPositionals: true });
  keys.revoke(id);
  return [`Revoked key ${id}.`];
}

function described(key: ApiKey): string {
  const limit = key.requestsPerMinute === null
    ? ""
    : `, ${key.requestsPerMinute} requests a minute`;
  const expiry = key.expiresAt === null ? "" : `, until ${key.expiresAt}`;
  const use = key.lastUsedAt === null ? "never used" : `last used ${key.lastUsedAt}`;
  return `${key.id}  ${key.name}: ${
    key.scopes.join(", ")
  }${limit}${expiry}; made ${key.createdAt}, ${use}`;
}
