import { LookalikeError } from "../../src/errors.ts";

/**
 * Refuses a temperature by which nothing can be divided.
 *
 * @param temperature τ.
 * @throws {LookalikeError} `invalid_input` if τ is not positive.
 */
export function checkTemperature(temperature: number): void {
  if (temperature > 0) return;
  throw new LookalikeError(
    "invalid_input",
    `Cannot compare views as the temperature must be above 0: it is ${temperature}.`,
    { param: "temperature" },
  );
}
