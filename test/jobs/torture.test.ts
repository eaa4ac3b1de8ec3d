import { tortureApp, tortureNaive, type Torture } from '../torture/torture.js';

/** `npm run test:torture` in small: fewer mails and kills, the same everything else. */
const torture: Torture = {
  seed: 20_261_122,
  mails: 500,
  kills: 5,
  restarts: 1,
  replicas: 2,
  faultShare: 0.03,
  requestsPerSecond: 2,
  killsDoneAt: 0.8,
  timeLimitMs: 240_000,
  fast: true,
  log: () => undefined,
};
const naively: Torture = { ...torture, restarts: 0 };

describe('a send under torture', () => {
  it(
    'loses no mail, doubles none and tells the truth of each, whatever breaks',
    async () => {
      const report = await tortureApp(torture);
      expect(report).toMatchObject({ lost: 0, doubled: 0, unknown: 0, untrue: [], falls: [] });
      expect(report).toMatchObject({ mails: torture.mails, restarts: torture.restarts });
      expect(report.kills).toBeGreaterThanOrEqual(torture.kills);
      expect(report.killsInFlight).toBeGreaterThan(0);
      expect(report.counts).toEqual({ accepted: expect.any(Number), failed: expect.any(Number) });
    },
    torture.timeLimitMs + 60_000,
  );

  it(
    'shows a sender that is naive what it does',
    async () => {
      const { lost, doubled } = await tortureNaive(naively);
      expect(lost + doubled).toBeGreaterThan(0);
    },
    naively.timeLimitMs,
  );
});
