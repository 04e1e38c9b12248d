/**
 * Writes what an image is made of, as CycloneDX 1.6 in JSON, to standard output: the packages in
 * node_modules, Deno, TensorFlow's wheels, and the base's Debian packages.
 * Usage: bill_of_materials.ts cpu|cuda DPKG_STATUS
 *
 * @module
 */
import { VERSION } from "../../../src/version.ts";
import { targetOf } from "../../../src/tensorflow/target.ts";
import type { LibraryBuild } from "../../../src/tensorflow/library.ts";

/** A component, as CycloneDX has it. */
export interface Component {
  type: "library" | "application";
  "bom-ref": string;
  name: string;
  version: string;
  /** Package URL. */
  purl: string;
  hashes?: { alg: "SHA-256" | "SHA-512"; content: string }[];
}

if (import.meta.main) {
  const [device, status] = Deno.args as [LibraryBuild, string];
  const read = Deno.readTextFileSync;
  const [, distribution] = /^ID=(\S+)$/m.exec(read("/etc/os-release")) ?? [];
  const packages = Array.from(Deno.readDirSync("node_modules/.deno"), ({ name }) => name);
  const components = [
    ...pythonComponents(read("docs/deploy/image/deno.txt")),
    ...pythonComponents(read(targetOf(device).requirements)),
    ...npmComponents(JSON.parse(read("deno.lock")).npm, packages),
    ...debianComponents(read(status), distribution),
  ];
  const name = `lookalike-${device}`;
  const component = { type: "application", "bom-ref": name, name, version: VERSION };
  const bill = { bomFormat: "CycloneDX", specVersion: "1.6", version: 1, metadata: { component } };
  console.log(JSON.stringify({ ...bill, components }, null, 1));
}

/**
 * What pip's requirements pin.
 *
 * @param text Requirements with hashes.
 * @returns A component each; with its hash where it has one alone, not one a platform.
 */
export function pythonComponents(text: string): Component[] {
  return Array.from(
    text.matchAll(/^(\S+)==(\S+)((?:\s+\\\s+--hash=sha256:\w+)+)/gm),
    ([, name, version, hashes]) => {
      const [sha256, ...others] = Array.from(hashes.matchAll(/sha256:(\w+)/g), ([, hash]) => hash);
      const known = others.length === 0;
      return {
        ...library(name, version, `pkg:pypi/${name}@${version}`),
        ...known && { hashes: [{ alg: "SHA-256", content: sha256 }] },
      };
    },
  );
}

/**
 * The npm packages that are there.
 *
 * @param lock What deno.lock says of npm: `NAME@VERSION`, and `_` before peers, to its integrity.
 * @param folders The folders of `node_modules/.deno`.
 * @returns A component each.
 */
export function npmComponents(
  lock: Record<string, { integrity: string }>,
  folders: string[],
): Component[] {
  const there = new Set(folders);
  return Object.entries(lock).flatMap(([key, { integrity }]) => {
    const [, name, version] = /^(@?[^@]+)@([^_]+)/.exec(key)!;
    if (!there.has(`${name.replaceAll("/", "+")}@${version}`)) return [];
    const content = Uint8Array.fromBase64(integrity.replace("sha512-", "")).toHex();
    return [{
      ...library(name, version, `pkg:npm/${name.replace("@", "%40")}@${version}`),
      hashes: [{ alg: "SHA-512", content }],
    }];
  });
}

/**
 * The packages that dpkg has installed.
 *
 * @param status The content of `/var/lib/dpkg/status`.
 * @param distribution `debian`, or another's ID in `/etc/os-release`.
 * @returns A component each.
 */
export function debianComponents(status: string, distribution: string): Component[] {
  return status.split("\n\n").filter((entry) => /^Status: .* installed$/m.test(entry))
    .map((entry) => {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, "m").exec(entry)?.[1] ?? "";
      const [name, version, arch] = ["Package", "Version", "Architecture"].map(field);
      const at = encodeURIComponent(version);
      return library(name, version, `pkg:deb/${distribution}/${name}@${at}?arch=${arch}`);
    });
}

function library(name: string, version: string, purl: string): Component {
  return { type: "library", "bom-ref": purl, name, version, purl };
}
