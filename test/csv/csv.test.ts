import { randomInt } from 'node:crypto';
import { assault, longestAllowedMs } from './assault.js';

/** `npm run test:csv` reads a hundred thousand. */
const runs = 1_500;

describe('whatever is chosen as a file of candidates', () => {
  it('neither crashes nor stalls; its good rows go in, its bad ones do not', async () => {
    const report = await assault(runs, randomInt(2 ** 31));
    expect(report.longestTurnMs).toBeLessThanOrEqual(longestAllowedMs);
    // Both ways must really have been gone.
    expect(Math.min(report.goodRows, report.badRows)).toBeGreaterThan(runs);
    expect(Math.min(report.strange.read, report.strange.refused)).toBeGreaterThan(runs / 100);
  });
});
