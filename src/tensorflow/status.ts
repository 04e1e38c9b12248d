import { LookalikeError } from "../errors.ts";
import { type CApi, textAt } from "./c_api.ts";

/** A `TF_Status`: where a C call leaves its error. One that runs off the thread needs its own. */
export interface Status {
  /** The `TF_Status*` to pass. */
  readonly pointer: bigint;
  /**
   * Throws what the last call left.
   *
   * @param doing What was being done, as the beginning of a sentence: `Cannot run Conv2D`.
   */
  check(doing: string): void;
  /** Frees it. */
  delete(): void;
}

/** TensorFlow's code for memory that is not to be had. */
const RESOURCE_EXHAUSTED = 8;

/**
 * A new status, which says all is well.
 *
 * @param api The C API.
 * @returns The status.
 */
export function newStatus(api: CApi): Status {
  const { TF_NewStatus, TF_DeleteStatus, TF_GetCode, TF_Message } = api.framework;
  const pointer = TF_NewStatus();
  return {
    pointer,
    check(doing) {
      const code = TF_GetCode(pointer);
      if (code === 0) return;
      const message = textAt(TF_Message(pointer)).replaceAll(/\s+/g, " ");
      throw new LookalikeError(
        code === RESOURCE_EXHAUSTED ? "out_of_memory" : "internal",
        `${doing}: TensorFlow says (code ${code}) ${message}`,
      );
    },
    delete: () => TF_DeleteStatus(pointer),
  };
}
