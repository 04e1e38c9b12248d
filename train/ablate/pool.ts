/** One piece of work, and what must be done before. */
export interface Task {
  id: string;
  /** The task that this one needs the outcome of; null if none, or if it is done already. */
  after: string | null;
}

/**
 * Runs tasks in their order, several at a time; one that waits for another lets later ones go first.
 *
 * @param tasks The tasks.
 * @param options How many at a time; what runs one, which must not throw unless all is to end; and
 * whether to begin no more.
 */
export async function runPool<T extends Task>(
  tasks: T[],
  options: { workers: number; run: (task: T) => Promise<void>; isOver?: () => boolean },
): Promise<void> {
  const { workers, run, isOver = () => false } = options;
  const waiting = [...tasks];
  const running = new Map<string, Promise<void>>();
  while (true) {
    const open = new Set([...waiting.map(({ id }) => id), ...running.keys()]);
    const next = running.size < workers && !isOver()
      ? waiting.findIndex(({ after }) => after === null || !open.has(after))
      : -1;
    if (next >= 0) {
      const [task] = waiting.splice(next, 1);
      running.set(task.id, run(task).finally(() => running.delete(task.id)));
    } else if (running.size > 0) await Promise.race(running.values());
    else return;
  }
}
