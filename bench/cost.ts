import { setTimeout as pause } from 'node:timers/promises';
import type { BenchServer } from './bench-server.js';
import { BenchSite } from './bench-site.js';
import { fixedWindow } from './limiters.js';
import type { Line } from './line.js';

const mails = 10_000;
const limit = 5;
const settledWithinMs = 1_000;

/** What a send asks of others, with its dispatch and with all the looking around while it lasts. */
export async function measureCost(server: BenchServer): Promise<Line[]> {
  const site = await BenchSite.open(server, { candidates: mails, limiter: fixedWindow(limit) });
  try {
    const draft = await site.draft();
    const statements = await site.countStatements();
    await site.dispatch(draft);
    await site.resend.untilAccepted(mails);
    await pause(settledWithinMs);
    const asked = await statements();
    return [
      {
        what: 'requests per 1,000 mails',
        figure: site.resend.requests / (mails / 1_000),
        bound: { atMost: 10.2 },
        against: `${mails} mails at ${limit} requests a second`,
      },
      {
        what: 'database statements per mail',
        figure: asked / mails,
        bound: { atMost: 0.2 },
        against: `${mails} mails at ${limit} requests a second, dispatch and polling included`,
      },
    ];
  } finally {
    await site.close();
  }
}
