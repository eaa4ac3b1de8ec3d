import { setTimeout as pause } from 'node:timers/promises';
import type { AdminBrowser } from './admin-browser.js';
import type { BenchServer } from './bench-server.js';
import { BenchSite } from './bench-site.js';
import { fixedWindow } from './limiters.js';
import type { Line } from './line.js';
import { percentile } from './percentile.js';

const mails = 10_000;
const sends = 3;
const limit = 5;
const visitors = 2;
const thinkMs = 20;
const calmMs = 2_000;
const candidates = '/app/scheduling';
const sendPage = '/app/sends/';

interface Visit {
  readonly path: string;
  readonly tookMs: number;
}

interface Visits {
  readonly idle: readonly Visit[];
  readonly busy: readonly Visit[];
}

/**
 * What an admin notices of a send: the slowest of a hundred visits from the click on Send to the last answer, against
 * as many when it is over. Of several sends together: of one, the slowest of a hundred are three.
 */
export async function measurePages(server: BenchServer): Promise<Line[]> {
  const all: Visits[] = [];
  for (let send = 0; send < sends; send += 1) {
    all.push(await visitDuringSend(server));
  }
  const together = { idle: all.flatMap(({ idle }) => idle), busy: all.flatMap(({ busy }) => busy) };
  return [lineOf(candidates, candidates, together), lineOf("the send's page", sendPage, together)];
}

/** The send's own page is visited once it shows a send; before, it shows a draft. */
async function visitDuringSend(server: BenchServer): Promise<Visits> {
  const site = await BenchSite.open(server, { candidates: mails, limiter: fixedWindow(limit) });
  try {
    const send = await site.draft();
    const pages = [candidates, send];
    await visit(site.admin, () => pages, { until: (visits) => visits.length >= 100 });
    let open: readonly string[] = [candidates];
    let running = true;
    const during = visit(site.admin, () => open, { until: () => !running });
    await site.dispatch(send);
    open = pages;
    await site.resend.untilAccepted(mails);
    running = false;
    const busy = await during;
    await pause(calmMs);
    const idle = await visit(site.admin, () => pages, { until: (visits) => visits.length >= busy.length });
    return { idle, busy };
  } finally {
    await site.close();
  }
}

function lineOf(name: string, start: string, { idle, busy }: Visits): Line {
  const tookMs = (visits: readonly Visit[]) =>
    visits.filter(({ path }) => path.startsWith(start)).map((one) => one.tookMs);
  const [idleMs, busyMs] = [percentile(tookMs(idle), 0.99), percentile(tookMs(busy), 0.99)];
  return {
    what: `page p99 during a send over idle (${name})`,
    figure: busyMs / idleMs,
    bound: { atMost: 2 },
    against: `${idleMs.toFixed(0)} ms idle, ${busyMs.toFixed(0)} ms during, of ${tookMs(busy).length} visits`,
  };
}

/** A few visitors who take turns over the pages, with a moment to look between two. */
async function visit(
  admin: AdminBrowser,
  pages: () => readonly string[],
  { until }: { until: (visits: readonly Visit[]) => boolean },
): Promise<Visit[]> {
  const visits: Visit[] = [];
  await Promise.all(
    Array.from({ length: visitors }, async (_, visitor) => {
      for (let turn = visitor; !until(visits); turn += 1) {
        const open = pages();
        const path = open[turn % open.length]!;
        const startedAt = performance.now();
        await admin.page(path);
        visits.push({ path, tookMs: performance.now() - startedAt });
        await pause(thinkMs);
      }
    }),
  );
  return visits;
}
