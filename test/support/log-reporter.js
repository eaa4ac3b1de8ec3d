import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const mostShown = 20;

/** Reads what all apps of the run have written to their logs: one that tells a secret, an address or a body is a failure. */
export default class LogReporter {
  async onRunComplete(_contexts, results) {
    const leaks = await this.leaks(process.env.TEST_LOG_DIR);
    if (leaks.length > 0) {
      process.stdout.write(`\nThe logs of this run tell what they must not, ${leaks.length} times:\n`);
      process.stdout.write(`${leaks.slice(0, mostShown).join('\n')}\n\n`);
      results.numFailedTests += 1;
      results.success = false;
    }
  }

  async leaks(folder) {
    const { leaksIn } = await import('./log-leaks.ts');
    const logs = readdirSync(folder).filter((name) => name.endsWith('.log'));
    return logs.flatMap((name) => leaksIn(readFileSync(join(folder, name), 'utf8'), hiddenFrom(join(folder, name))));
  }
}

function hiddenFrom(log) {
  const file = log.replace(/log$/, 'hidden');
  const lines = existsSync(file) ? readFileSync(file, 'utf8').trim().split('\n') : [];
  return [...new Set(lines.filter(Boolean).map((line) => JSON.parse(line)))];
}
