import { setTimeout as pause } from 'node:timers/promises';
import { AdminBrowser } from './admin-browser.js';
import type { BenchServer } from './bench-server.js';
import { BenchSite } from './bench-site.js';
import { fixedWindow } from './limiters.js';
import type { Line } from './line.js';
import { percentile } from './percentile.js';

const candidates = 1_000;
const path = '/app/scheduling';
const visits = 200;
const thinkMs = 20;
const atOnce = 20;

/** What others notice of many who sign in at once, again and again; and what one sign-in takes when nobody else does. */
export async function measureSignIn(server: BenchServer): Promise<Line[]> {
  const site = await BenchSite.open(server, { candidates, limiter: fixedWindow(1) });
  const signIn = () => AdminBrowser.signIn(site.apps[0]);
  try {
    await visitsMs(site.admin);
    const alone = await tookMs(signIn);
    const idle = percentile(await visitsMs(site.admin), 0.99);
    const over = new AbortController();
    let signIns = 0;
    const crowd = Promise.all(
      Array.from({ length: atOnce }, async () => {
        for (; !over.signal.aborted; signIns += 1) await signIn();
      }),
    );
    const busy = percentile(await visitsMs(site.admin), 0.99);
    over.abort();
    await crowd;
    return [
      {
        what: `page p99 while ${atOnce} sign in over idle`,
        figure: busy / idle,
        bound: { atMost: 3 },
        against: `${idle.toFixed(0)} ms idle, ${busy.toFixed(0)} ms during ${signIns} sign-ins, of ${visits} visits each`,
      },
      {
        what: 'one sign-in over 250 ms',
        figure: alone / 250,
        bound: { atMost: 1 },
        against: `${alone.toFixed(0)} ms from the click to the answer`,
      },
    ];
  } finally {
    await site.close();
  }
}

async function visitsMs(admin: AdminBrowser): Promise<number[]> {
  const all: number[] = [];
  while (all.length < visits) {
    all.push(await tookMs(() => admin.page(path)));
    await pause(thinkMs);
  }
  return all;
}

async function tookMs(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}
