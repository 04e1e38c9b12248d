import { turns } from "../turns.ts";
import type { IndexedFacts } from "../vector_index.ts";
import type { Block } from "./block.ts";

/** How many items are looked at between two looks at the clock. */
const PIECE = 512;

/** A pinned block at one moment, and which of its items a search is about. */
export interface Selection {
  block: Block;
  /** What is known of the item in each slot. */
  facts: readonly (IndexedFacts | undefined)[];
  /** float32 `[capacity]`: the block's, with −∞ where an item is left out; null if none is. */
  bias: Float32Array | null;
  /** How many items are left. */
  count: number;
}

/**
 * All items of a block.
 *
 * @param block A block that the caller pins.
 * @returns The block as it is now.
 */
export function selectAll(block: Block): Selection {
  return { block, facts: block.facts, bias: null, count: block.count };
}

/**
 * Leaves an item out.
 *
 * @param selection What it is left out of.
 * @param slot The item's slot; nothing happens if it is out already.
 */
export function leaveOut(selection: Selection, slot: number): void {
  selection.bias ??= selection.block.bias.slice();
  if (selection.bias[slot] === -Infinity) return;
  selection.bias[slot] = -Infinity;
  selection.count--;
}

/**
 * Leaves out what does not match, and lets others have their turn meanwhile.
 *
 * @param selections What items are left out of.
 * @param matches Which stay.
 */
export async function keepMatching(
  selections: Selection[],
  matches: (item: IndexedFacts) => boolean,
): Promise<void> {
  const pause = turns();
  for (const selection of selections) {
    for (const [slot, facts] of selection.facts.entries()) {
      if (slot % PIECE === 0) await pause();
      if (facts !== undefined && !matches(facts)) leaveOut(selection, slot);
    }
  }
}

/**
 * The slots of a selection's items.
 *
 * @param selection The selection.
 * @returns Their numbers, ascending.
 */
export function slotsOf({ block, bias, facts }: Selection): number[] {
  const slots: number[] = [];
  for (let slot = 0; slot < facts.length; slot++) {
    if (facts[slot] !== undefined && (bias ?? block.bias)[slot] !== -Infinity) slots.push(slot);
  }
  return slots;
}
