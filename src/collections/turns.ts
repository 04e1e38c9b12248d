/** How long work may compute in JavaScript before others have their turn, in milliseconds. */
const TURN_MS = 8;

/**
 * Shares the event loop in work of many small pieces.
 *
 * @returns What to await between pieces: it lets others run once a turn's time is used up.
 */
export function turns(): () => Promise<void> | void {
  let began = performance.now();
  return () => {
    if (performance.now() - began < TURN_MS) return;
    return new Promise((resolve) =>
      setTimeout(() => {
        began = performance.now();
        resolve();
      })
    );
  };
}
