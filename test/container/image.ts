import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "./command.ts";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
/** Where Debian looks for certificates of the machine's own, such as a proxy's. */
const CERTIFICATES = "/usr/local/share/ca-certificates";
const STORAGE = ["--storage-driver", "vfs"];

/** What an image says of how it is run. */
export interface ImageConfig {
  User: string;
  Env: string[];
  Entrypoint: string[];
  WorkingDir: string;
  Volumes: Record<string, object>;
  StopSignal: string;
  Healthcheck: { Test: string[] };
}

/** An image, its files laid out in a folder. */
export interface Image extends AsyncDisposable {
  config: ImageConfig;
  /** The folder that is the root of its file system. */
  root: string;
}

/**
 * Makes a base as small as Debian's own `slim` from Debian's packages, as a registry of images may
 * be out of reach.
 *
 * @param name The image's name.
 */
export async function makeBase(name: string): Promise<void> {
  const folder = await Deno.makeTempDir();
  try {
    const excluded = ["doc", "man", "info", "locale"].map((kind) =>
      `--dpkgopt=path-exclude=/usr/share/${kind}/*`
    );
    const licences = "--dpkgopt=path-include=/usr/share/doc/*/copyright";
    const archive = join(folder, "base.tar");
    await run("mmdebstrap", ["--variant=apt", ...excluded, licences, "trixie", archive]);
    await Deno.writeTextFile(join(folder, "Dockerfile"), "FROM scratch\nADD base.tar /\n");
    await run("buildah", [...STORAGE, "build", "--isolation", "chroot", "--tag", name, folder]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/**
 * Builds the project's Dockerfile.
 *
 * @param name The image's name.
 * @param options The target, and the base.
 */
export async function buildImage(
  name: string,
  { target, base }: { target: string; base: string },
): Promise<void> {
  const trusted = `${CERTIFICATES}:${CERTIFICATES}:ro`;
  const options = ["--isolation", "chroot", "--format", "docker", "--volume", trusted];
  options.push("--build-arg", `BASE=${base}`, "--target", target, "--tag", name);
  await run("buildah", [...STORAGE, "build", ...options, ROOT]);
}

/**
 * Lays an image out in a folder.
 *
 * @param name The image's name.
 * @returns The image; disposing of it removes the folder and keeps the image.
 */
export async function openImage(name: string): Promise<Image> {
  const buildah = (...args: string[]) => run("buildah", [...STORAGE, ...args]);
  const { Docker } = JSON.parse(await buildah("inspect", "--type", "image", name));
  const container = await buildah("from", "--pull-never", name);
  return {
    config: Docker.config,
    root: await buildah("mount", container),
    [Symbol.asyncDispose]: async () => void await buildah("rm", container),
  };
}
