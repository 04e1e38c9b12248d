import { LookalikeError } from "../errors.ts";

/** A file of a version. */
export interface VersionPlace {
  name: string;
  version: string;
  file: string;
}

/**
 * Makes the errors of files that are not as they were written.
 *
 * @param kind What a sentence calls what is kept, and the field of a request that names one.
 * @returns The error of a file, to be thrown; `reason` is the sentence's end: «it must be …».
 */
export function versionDamage(
  { noun, param }: { noun: string; param: string },
): (place: VersionPlace, reason: string, cause?: unknown) => LookalikeError {
  return ({ name, version, file }, reason, cause) =>
    new LookalikeError(
      "damaged",
      `Cannot load ${noun} ${name}@${version} as of ${noun}s/${name}/${version}/${file} ${reason}. ` +
        "Restore that folder from a copy, or remove it and use another version.",
      { param, cause },
    );
}
