/** Runs writes of one name in the order of the calls. */
export type InOrder = <T>(name: string, work: () => T | Promise<T>) => Promise<T>;

/**
 * An order for each name. What need not wait for another runs before the call returns.
 *
 * @returns What runs the work: its promise is the work's own.
 */
export function createOrder(): InOrder {
  const last = new Map<string, Promise<unknown>>();

  return <T>(name: string, work: () => T | Promise<T>): Promise<T> => {
    const before = last.get(name);
    let running: Promise<T>;
    if (before) running = before.then(work);
    else {
      try {
        const result = work();
        if (!(result instanceof Promise)) return Promise.resolve(result);
        running = result;
      } catch (error) {
        return Promise.reject(error);
      }
    }
    const done = () => {
      if (last.get(name) === settled) last.delete(name);
    };
    const settled: Promise<void> = running.then(done, done);
    last.set(name, settled);
    return running;
  };
}
