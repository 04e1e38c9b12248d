/**
 * Watches by how much the event loop is late: what holds its thread up, holds up every answer.
 * (`monitorEventLoopDelay` of node:perf_hooks does not see it under Deno 2.9.)
 *
 * @param onDelay Is told the seconds by which each tick was late.
 * @param options.everyMs How often it ticks, in milliseconds.
 * @returns What ends it. It does not keep the process alive.
 */
export function watchEventLoop(
  onDelay: (seconds: number) => void,
  { everyMs = 100 }: { everyMs?: number } = {},
): () => void {
  let timer = next();
  function next() {
    const due = performance.now() + everyMs;
    const timer = setTimeout(() => tick(due), everyMs);
    timer.unref();
    return timer;
  }
  function tick(due: number) {
    onDelay(Math.max(0, performance.now() - due) / 1000);
    timer = next();
  }
  return () => clearTimeout(timer);
}
