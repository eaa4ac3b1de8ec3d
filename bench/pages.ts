import { setTimeout as pause } from 'node:timers/promises';
import type { AdminBrowser } from './admin-browser.js';
import type { BenchServer } from './bench-server.js';
import { BenchSite } from './bench-site.js';
import { fixedWindow } from './limiters.js';
import type { Line } from './line.js';
import { percentile } from './percentile.js';

const mails = 10_000;
const limit = 5;
const visitors = 2;
const thinkMs = 20;

/** The visitors of one page: how long each visit took. */
interface Visits {
  readonly path: string;
  readonly tookMs: number[];
}

/** What an admin notices of a send: the slowest of a hundred visits while it runs, against those after it. */
export async function measurePages(server: BenchServer): Promise<Line[]> {
  const site = await BenchSite.open(server, { candidates: mails, limiter: fixedWindow(limit) });
  try {
    const send = await site.draft();
    const paths = ['/app/scheduling', send];
    await visit(site.admin, paths, { until: (visits) => visits >= 100 });
    let running = true;
    const during = visit(site.admin, paths, { until: () => !running });
    await site.dispatch(send);
    await site.resend.untilAccepted(mails);
    running = false;
    const busy = await during;
    await pause(2_000);
    const idle = await visit(site.admin, paths, { until: (visits) => visits >= countOf(busy) });
    return paths.map((path, index) => {
      const [busyMs, idleMs] = [busy, idle].map((visits) => percentile(visits[index]!.tookMs, 0.99)) as [
        number,
        number,
      ];
      return {
        what: `page p99 during a send over idle (${path === send ? "the send's page" : path})`,
        figure: busyMs / idleMs,
        bound: { atMost: 2 },
        against: `${idleMs.toFixed(0)} ms idle, ${busyMs.toFixed(0)} ms during, of ${busy[index]!.tookMs.length} visits`,
      };
    });
  } finally {
    await site.close();
  }
}

/** A few visitors who take turns over the pages, with a moment to look between two. */
async function visit(
  admin: AdminBrowser,
  paths: readonly string[],
  { until }: { until: (visits: number) => boolean },
): Promise<Visits[]> {
  const visits = paths.map((path): Visits => ({ path, tookMs: [] }));
  await Promise.all(
    Array.from({ length: visitors }, async (_, visitor) => {
      for (let turn = visitor; !until(countOf(visits)); turn += 1) {
        const { path, tookMs } = visits[turn % visits.length]!;
        const startedAt = performance.now();
        await admin.page(path);
        tookMs.push(performance.now() - startedAt);
        await pause(thinkMs);
      }
    }),
  );
  return visits;
}

function countOf(visits: readonly Visits[]): number {
  return visits.reduce((sum, { tookMs }) => sum + tookMs.length, 0);
}
