/** A Python with PyTorch, or the sentence that says why there is none. */
export type TorchPython = { program: string } | { skip: string };

/**
 * A Python that can load what `export` writes. PyTorch is no part of what this project installs; a
 * test that needs it is skipped with this reason where it is not there.
 *
 * @returns LOOKALIKE_TEST_PYTHON where it is set, else the first of python3 and python on the PATH
 * that has the packages torch and safetensors.
 */
export async function torchPython(): Promise<TorchPython> {
  const named = Deno.env.get("LOOKALIKE_TEST_PYTHON");
  for (const program of named === undefined ? ["python3", "python"] : [named]) {
    if (await hasTorch(program)) return { program };
  }
  // Who names a Python wants it used: a wrong name must not pass for a skip.
  if (named !== undefined) {
    throw new Error(`LOOKALIKE_TEST_PYTHON names ${named}, which has no torch and safetensors.`);
  }
  return { skip: "no Python with torch and safetensors: set LOOKALIKE_TEST_PYTHON to one" };
}

async function hasTorch(program: string): Promise<boolean> {
  try {
    const args = ["-c", "import torch, safetensors"];
    const { success } = await new Deno.Command(program, { args, stderr: "null" }).output();
    return success;
  } catch {
    return false; // no such program
  }
}
