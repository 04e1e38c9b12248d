import { LookalikeError } from "../errors.ts";

const PROBE = "import sys; print(*sys.version_info[:2]); import pip";

/**
 * Finds a Python that can run pip.
 *
 * @param candidates Programs to try, in order.
 * @returns The first of them that is Python 3.9 or later and has pip.
 * @throws {LookalikeError} `not_installed` if there is none, saying how to get it here.
 *
 * @example
 * ```ts no-run
 * import { findPython } from "./python.ts";
 * const python = await findPython(); // "python3"
 * ```
 */
export async function findPython(candidates: string[] = ["python3", "python"]): Promise<string> {
  const found: string[] = [];
  for (const program of candidates) {
    const probe = await run(program);
    if (probe === undefined) continue;
    const [major = 0, minor = 0] = probe.output.split(" ").map(Number);
    const recent = major === 3 && minor >= 9;
    if (recent && probe.success) return program;
    found.push(`${program} ${recent ? "has no pip" : `is version ${major}.${minor}`}`);
  }
  throw new LookalikeError(
    "not_installed",
    "Cannot fetch TensorFlow's library as Python 3.9 or later with pip must be on the PATH: " +
      `${found.join(" and ") || "there is no Python"}. ${advice()}`,
  );
}

async function run(program: string): Promise<{ success: boolean; output: string } | undefined> {
  try {
    const command = new Deno.Command(program, { args: ["-c", PROBE], stderr: "null" });
    const { success, stdout } = await command.output();
    return { success, output: new TextDecoder().decode(stdout).trim() };
  } catch {
    return undefined; // no such program
  }
}

function advice(): string {
  return Deno.build.os === "darwin"
    ? "Get it with `xcode-select --install` or `brew install python`."
    : "Get it with `sudo apt install python3-pip` (Debian, Ubuntu) or " +
      "`sudo dnf install python3-pip` (Fedora).";
}
