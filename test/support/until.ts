import { setTimeout as pause } from 'node:timers/promises';

/** Looks until what it sees holds; what was last seen is the answer, or the complaint. */
export async function until<T>(look: () => T | Promise<T>, holds: (seen: T) => boolean, withinMs = 60_000): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (holds(seen)) {
      return seen;
    }
    if (Date.now() > deadline) {
      throw new Error(`Not within ${withinMs} ms; last seen: ${JSON.stringify(seen)?.slice(0, 1500)}`);
    }
    await pause(50);
  }
}
