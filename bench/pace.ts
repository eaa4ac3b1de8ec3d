import { type BenchServer } from './bench-server.js';
import { BenchSite } from './bench-site.js';
import { fixedWindow, slidingWindow, type Limiter } from './limiters.js';
import type { Line } from './line.js';
import type { ResendStandIn } from './resend-stand-in.js';

const secondsAtTheLimit = 25;
const mailsPerRequest = 100;
const runs: readonly { name: string; limiter: (limit: number) => Limiter; limits: number[]; replicas: number }[] = [
  { name: 'clock seconds', limiter: fixedWindow, limits: [2, 5, 10], replicas: 1 },
  { name: 'any second', limiter: slidingWindow, limits: [2, 5, 10], replicas: 1 },
  { name: 'clock seconds, 3 replicas', limiter: fixedWindow, limits: [10], replicas: 3 },
];

/** How much of the provider's limit is used by an app that was told a rate of 2 and has to learn the rest. */
export async function measurePace(server: BenchServer): Promise<Line[]> {
  const lines: Line[] = [];
  for (const { name, limiter, limits, replicas } of runs) {
    for (const limit of limits) {
      const mails = mailsPerRequest * limit * secondsAtTheLimit;
      const site = await BenchSite.open(server, { candidates: mails, limiter: limiter(limit), replicas });
      try {
        await site.dispatch(await site.draft());
        await site.resend.untilAccepted(mails);
        lines.push(...paceLines(`${limit}/s, ${name}`, limit, site.resend));
      } finally {
        await site.close();
      }
    }
  }
  return lines;
}

function paceLines(what: string, limit: number, resend: ResendStandIn): Line[] {
  return [
    {
      what: `share of the limit used (${what})`,
      figure: shareUsed(limit, resend),
      bound: { atLeast: 0.95 },
      against: `100 mails x ${limit} requests x ${((resend.lastAnswerAt - resend.firstRequestAt) / 1000).toFixed(1)} s`,
    },
    {
      what: `requests before retry-after (${what})`,
      figure: resend.early,
      bound: { atMost: 0 },
      against: `${resend.refused} refusals in ${resend.requests} requests`,
    },
  ];
}

/**
 * accepted / (100 x limit x seconds), from the first request to the last answer, so that the learning counts too. A
 * limit lets its first requests through at once, which could make up for a pace too slow later on: the same without
 * the first second and what came in it counts where it is less.
 */
function shareUsed(limit: number, { acceptedAt, firstRequestAt, lastAnswerAt }: ResendStandIn): number {
  const share = (fromMs: number) => {
    const mails = acceptedAt.reduce((sum, { at, mails }) => sum + (at >= fromMs ? mails : 0), 0);
    return mails / (mailsPerRequest * limit * ((lastAnswerAt - fromMs) / 1000));
  };
  return Math.min(share(firstRequestAt), share(firstRequestAt + 1_000));
}
