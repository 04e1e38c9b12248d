import { openEncoderStore } from "../../../src/encoders/store.ts";
import type { Command, Values } from "../../../train/commands/command.ts";
import type { Manifest } from "../../../src/encoders/manifest.ts";
import { goldenNetworks } from "../../golden/exchange/networks.ts";

/**
 * Saves the smaller of the golden networks, with its head of two layers, as `tiny`.
 *
 * @param home Where the store is.
 * @returns Its manifest.
 */
async function saveTiny(home: string): Promise<Manifest> {
  const { "resnet18-2": network } = await goldenNetworks();
  return await openEncoderStore(home).save({
    name: "tiny",
    tensors: network.tensors,
    manifest: {
      architecture: network.architecture,
      head: network.head,
      inputSize: 32,
      preprocessing: { resize: "cover", colour: "rgb", scale: "0..1" },
      dimension: 32,
      configuration: {},
      metrics: {},
      lookalikeVersion: "0.1.0",
    },
  });
}

/**
 * Runs a command as the command line would.
 *
 * @param command The command.
 * @param values Its options.
 * @param home The folder of all that Lookalike keeps.
 * @returns What it said.
 */
export async function runCommand(command: Command, values: Values, home: string): Promise<string> {
  let said = "";
  await command.run(values, {
    home,
    signal: new AbortController().signal,
    out: (text) => void (said += text),
    isTerminal: false,
    columns: 80,
  });
  return said;
}

/**
 * Runs a test in a home of its own, which has the encoder `tiny`.
 *
 * @param test Given the home and the encoder's manifest.
 */
export async function withTiny(
  test: (home: string, manifest: Manifest) => Promise<void>,
): Promise<void> {
  const home = await Deno.makeTempDir();
  try {
    await test(home, await saveTiny(home));
  } finally {
    await Deno.remove(home, { recursive: true });
  }
}
