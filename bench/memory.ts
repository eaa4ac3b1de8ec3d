import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { BuiltApp } from '../test/support/built-app.js';
import type { BenchServer } from './bench-server.js';
import { BenchSite } from './bench-site.js';
import { fixedWindow } from './limiters.js';
import type { Line } from './line.js';
import { percentile } from './percentile.js';

const mails = 100_000;
const limit = 50;
const warmVisits = 100;
const idleMs = 5_000;
const sampleEveryMs = 100;

/** The most memory while a great send is prepared, dispatched and sent, against that of the same app doing nothing. */
export async function measureMemory(server: BenchServer): Promise<Line[]> {
  const site = await BenchSite.open(server, { candidates: mails, limiter: fixedWindow(limit) });
  try {
    for (let visits = 0; visits < warmVisits; visits += 1) {
      await site.admin.page(visits % 10 === 0 ? '/app/scheduling' : '/app/sends');
    }
    const [app] = site.apps;
    const idle = await sampled(app, () => pause(idleMs));
    const busy = await sampled(app, async () => {
      await site.dispatch(await site.draft());
      await site.resend.untilAccepted(mails);
    });
    const idleMiB = percentile(idle, 0.5);
    const busyMiB = Math.max(...busy);
    return [
      {
        what: 'memory during a send over idle',
        figure: busyMiB / idleMiB,
        bound: { atMost: 1.5 },
        against: `${idleMiB.toFixed(0)} MiB idle, ${busyMiB.toFixed(0)} MiB at most during ${mails} mails`,
      },
    ];
  } finally {
    await site.close();
  }
}

/** The resident memory of the app in MiB, looked at before and again and again while something goes on. */
export async function sampled(app: BuiltApp, activity: () => Promise<unknown>): Promise<number[]> {
  const samples = [residentMiB(app.pid)];
  const timer = setInterval(() => samples.push(residentMiB(app.pid)), sampleEveryMs);
  try {
    await activity();
  } finally {
    clearInterval(timer);
  }
  return samples;
}

function residentMiB(pid: number): number {
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(kib) / 1024;
}
