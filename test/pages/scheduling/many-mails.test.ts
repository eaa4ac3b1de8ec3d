import type { EntityManager } from 'typeorm';
import {
  holdCandidateStates,
  pagePatienceMs,
} from '../../../src/scheduling/candidates/states/candidate-states.service.js';
import { startScheduling, type SchedulingTest } from '../../support/scheduling.js';

const people = 2_500;

describe('more people than fit on a page', () => {
  let test: SchedulingTest;

  beforeAll(async () => {
    test = await startScheduling();
    await test.db.query(
      `with assessment as (insert into assessments (org_id, title) values ($1, 'Logic') returning id)
       insert into invitations (org_id, assessment_id, name, email, status)
       select $1, id, 'Candidate ' || n, 'c' || n || '@many.example', 'submitted'
         from assessment, generate_series(1, $2::int) n`,
      [test.acme.orgId, people],
    );
  });

  afterAll(() => test?.stop());

  it('get a link and a mail of their own each, and the database knows how many there are', async () => {
    // The page reads the event types from Cal.com.
    await test.asha.agent.get('/app/scheduling').expect(200);
    const form = { select: 'matching', q: '@many.example', event_type_id: '1' };
    const begun = await test.asha.agent.post('/app/scheduling/sends').type('form').send(form).expect(303);
    const path = begun.headers['location']!;
    expect(await known()).toEqual({ links: people, emails: people });
    await test.asha.agent.post(`${path}/dispatch`).type('form').send({ revision: 1 }).expect(303);
    const [row] = await test.db.query<{ mails: number; people: number; links: number }[]>(
      `select count(*)::int mails, count(distinct invitation_id)::int people, count(distinct booking_link_id)::int links
         from emails where send_id = $1 and state in ('queued', 'sending', 'accepted')`,
      [path.split('/').at(-1)],
    );
    expect(row).toEqual({ mails: people, people, links: people });
  });

  it('says that the list is behind, for as long as it is', async () => {
    const look = async () => (await test.asha.agent.get('/app/scheduling').expect(200)).text;
    const behind = 'The list is being brought up to date.';
    const looked = await test.db.transaction(async (manager) => {
      await holdCandidateStates(manager, test.acme.orgId);
      await test.db.query(`update invitations set updated_at = clock_timestamp() where email like '%@many.example'`);
      const looking = look();
      await waited(manager);
      return { looking };
    });
    expect(await looked.looking).toContain(behind);
    let text = behind;
    for (let looks = 0; text.includes(behind) && looks < people; looks += 1) {
      text = await look();
    }
    expect(text).not.toContain(behind);
  });

  /** Until the page waits, and longer than it may. */
  async function waited(manager: EntityManager): Promise<void> {
    let row: { waits: boolean } | undefined;
    while (!row?.waits) {
      [row] = await manager.query<[{ waits: boolean }]>(
        `select exists (select from pg_locks
                         where locktype = 'advisory' and not granted
                           and database = (select oid from pg_database where datname = current_database())) waits`,
      );
    }
    await manager.query('select pg_sleep($1)', [(pagePatienceMs * 3) / 1000]);
  }

  /** What the planner takes the tables for. */
  async function known(): Promise<Record<string, number>> {
    const rows = await test.db.query<{ name: string; rows: number }[]>(
      `select case relname when 'emails' then 'emails' else 'links' end name, reltuples::int rows from pg_class
        where oid in ('emails'::regclass, 'booking_links'::regclass)`,
    );
    return Object.fromEntries(rows.map(({ name, rows }) => [name, rows]));
  }
});
