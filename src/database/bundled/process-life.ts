import { readFileSync } from 'node:fs';

/**
 * Tells one life of a process id from the next: the start time where the system shows it, `alive` where it does not, null for a
 * dead one. A zombie is dead: in a container nobody may ever collect it.
 */
export function lifeOf(pid: number): string | null {
  if (!isRunning(pid)) {
    return null;
  }
  const [state, startedAt] = readProcessState(pid);
  return state === 'Z' ? null : (startedAt ?? 'alive');
}

export async function waitForDeath(pid: number, withinMs: number): Promise<boolean> {
  const deadline = Date.now() + withinMs;
  while (lifeOf(pid) !== null) {
    if (Date.now() > deadline) {
      return false;
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return true;
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function readProcessState(pid: number): [state?: string, startedAt?: string] {
  try {
    const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1) ?? '';
    const fields = afterName.split(' ');
    return [fields[0], fields[19]];
  } catch {
    return [];
  }
}
