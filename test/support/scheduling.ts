import { seedCandidates } from '../../src/candidates/seed-candidates.js';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import { startApp, type TestApp } from './app.js';

export interface SchedulingTest extends TestApp {
  readonly sandbox: Sandbox;
  /** Acme's invitations by name; `ids(3)` are the first three without a link. */
  ids(count: number): Promise<string[]>;
  /** Waits until the send has nothing under way any more, at most a few seconds. */
  settled(sendId: string): Promise<Record<string, number>>;
}

const settleMs = 60_000;

/** The app with Acme's 60 candidates and a sandbox for a Cal.com; mails are captured. */
export async function startScheduling(environment: Record<string, string> = {}): Promise<SchedulingTest> {
  const sandbox = await startSandbox();
  const test = await startApp({ CAL_COM_API_URL: sandbox.apiUrl, CAL_COM_API_KEY: sandbox.apiKey, ...environment });
  await seedCandidates(test.db, test.acme, new Date());
  return {
    ...test,
    sandbox,
    ids: async (count) => {
      const rows = await test.db.query<{ id: string }[]>(
        `select id from invitations i where org_id = $1 and not exists (select 1 from booking_links where invitation_id = i.id)
          order by id limit $2`,
        [test.acme.orgId, count],
      );
      return rows.map((row) => row.id);
    },
    settled: async (sendId) => {
      const deadline = Date.now() + settleMs;
      for (;;) {
        const rows = await test.db.query<{ state: string; count: number }[]>(
          `select state, count(*)::int count from emails where send_id = $1 and kind = 'invitation' group by state`,
          [sendId],
        );
        const counts = Object.fromEntries(rows.map((row) => [row.state, row.count]));
        if (!counts['queued'] && !counts['sending']) {
          return counts;
        }
        if (Date.now() > deadline) {
          throw new Error(`The send did not settle: ${JSON.stringify(counts)}`);
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
      }
    },
    stop: async () => {
      await test.stop();
      await sandbox.stop();
    },
  };
}
