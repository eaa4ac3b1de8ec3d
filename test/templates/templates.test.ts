import { randomInt } from 'node:crypto';
import { assault, longestAllowedMs } from './assault.js';

/** `npm run test:templates` runs a hundred thousand. */
const runs = 3_000;

describe('whatever an admin saves as a template', () => {
  it('neither crashes nor stalls, and reaches nothing but the five values', async () => {
    const report = await assault(runs, randomInt(2 ** 31));
    expect(report.slowestMs).toBeLessThanOrEqual(longestAllowedMs);
    // Both ways must really have been gone.
    expect(Math.min(report.accepted, report.refused)).toBeGreaterThan(runs / 20);
  });
});
