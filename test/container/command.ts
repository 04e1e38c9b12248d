/**
 * Runs a program and waits for it.
 *
 * @param program The program.
 * @param args Its arguments.
 * @param options.quiet Whether its standard error is kept, for the error, not shown.
 * @returns Its standard output, without the last line's end.
 * @throws {Error} If it fails.
 */
export async function run(
  program: string,
  args: string[],
  { quiet = true }: { quiet?: boolean } = {},
): Promise<string> {
  const command = new Deno.Command(program, { args, stderr: quiet ? "piped" : "inherit" });
  const { code, stdout, ...output } = await command.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes).trimEnd();
  if (code === 0) return text(stdout);
  const reason = quiet ? `: ${text(output.stderr)}` : "";
  throw new Error(`${program} ${args.join(" ")} ended with ${code}${reason}`);
}

/**
 * The programs that are not on the PATH.
 *
 * @param programs Their names.
 * @returns Those that are missing.
 */
export function missing(programs: string[]): string[] {
  const folders = (Deno.env.get("PATH") ?? "").split(":");
  const found = (path: string) => {
    try {
      return Deno.statSync(path).isFile;
    } catch {
      return false;
    }
  };
  return programs.filter((program) => !folders.some((folder) => found(`${folder}/${program}`)));
}
