import { join } from "node:path";

/** Where a run of studies keeps what. */
export interface Layout {
  /** The run's folder. */
  folder: string;
  plan: string;
  /** Seconds that the run has taken so far. */
  spent: string;
  /** A finished cell's figures. */
  result(id: string): string;
  /** Why a cell failed. */
  failure(id: string): string;
  /** A cell's checkpoints while it is trained. */
  work(id: string): string;
  /** The encoder of a cell that another begins with. */
  encoder(id: string): string;
}

/**
 * The files of a run.
 *
 * @param home The folder of all that Lookalike keeps.
 * @param name The run's name.
 * @returns Their paths.
 */
export function layoutOf(home: string, name: string): Layout {
  const folder = join(home, "ablations", name);
  return {
    folder,
    plan: join(folder, "plan.json"),
    spent: join(folder, "spent.json"),
    result: (id) => join(folder, "cells", `${id}.json`),
    failure: (id) => join(folder, "failed", `${id}.json`),
    work: (id) => join(folder, "work", id),
    encoder: (id) => join(folder, "encoders", `${id}.safetensors`),
  };
}
