import { timeAgo } from '../../../shared/time-ago.js';
import type { ServerCheck } from '../check.js';
import { amber, green, red } from '../finding.js';

const lateAfterMs = 2 * 60_000;
const stuckAfterMs = 15 * 60_000;
const many = 5_000;
const restart = 'Check that the app runs; restart it if this does not go down.';

export const jobQueueCheck: ServerCheck = {
  of: 'server',
  title: 'Job queue',
  needsDatabase: true,
  async examine({ dataSource, now }) {
    const [exists] = await dataSource.query<unknown[]>(`select 1 where to_regclass('pgboss.job') is not null`);
    if (!exists) {
      return amber('There is no job queue yet.', 'Start the app: it makes one.');
    }
    const [waiting] = await dataSource.query<{ depth: number; oldest: Date | null; ageMs: number }[]>(
      `select count(*)::int depth, min(start_after) oldest,
              coalesce(extract(epoch from clock_timestamp() - min(start_after)), 0)::float * 1000 "ageMs"
         from pgboss.job where state < 'active' and start_after <= clock_timestamp()`,
    );
    const { depth, oldest, ageMs } = waiting!;
    if (!oldest) {
      return green('No job waits.');
    }
    const text = `${depth === 1 ? 'One job waits' : `${depth} jobs wait`}, the oldest since ${timeAgo(oldest, now())}.`;
    if (ageMs > stuckAfterMs) {
      return red(text, restart);
    }
    return ageMs > lateAfterMs || depth > many ? amber(text, restart) : green(text);
  },
};
