import * as fc from 'fast-check';
import { DataSource } from 'typeorm';
import { createDataSource } from '../../ormconfig.js';
import { tabConditions } from '../../src/scheduling/bookings/list/booking-filter.js';
import { bookingsToSettle } from '../../src/scheduling/bookings/list/booking-list.service.js';
import { CandidateStates, statesByRule } from '../../src/scheduling/candidates/states/candidate-states.service.js';
import { systemActor, type Actor } from '../../src/shared/actor.js';
import { createTestDatabase, peopledTemplate, type TestDatabase } from '../support/database.js';

const histories = 12;
const people = 7;

/**
 * SQL: the links (`l`) of organization `$1` that somebody can still choose a time with, by event type and length, with
 * how many they are.
 */
const stillChoosing = `
  select l.event_type_id, coalesce(l.length_in_minutes, 0) chosen_length, count(*)::int people
    from booking_links l
    join invitations i on i.id = l.invitation_id
   where l.org_id = $1 and l.revoked_at is null and l.expires_at > clock_timestamp() and i.declined_at is null
     and not exists (select 1 from cal_com_bookings b
                      where b.invitation_id = l.invitation_id and b.status in ('pending', 'confirmed'))
   group by 1, 2`;

/** SQL: what a person has to settle in the organization `$1`, looked for among all bookings. */
const needAttention = `
  select (count(*) filter (where b.invitation_id is not null and ${tabConditions.attention})
        + count(*) filter (where b.matched_by is null and b.status in ('pending', 'confirmed')))::int "toSettle"
    from cal_com_bookings b where b.org_id = $1`;

/**
 * What may happen to the candidate with the number `$1`, and to nobody else but where it says so; `$2` is chance. A
 * statement that finds nothing to change is part of a history too.
 */
const picked = `(select id from invitations where external_id = $1::int::text limit 1)`;
const someLink = `(select id from booking_links where invitation_id = ${picked} order by md5(id || $2::text) limit 1)`;
const someMail = `(select id from emails where invitation_id = ${picked} order by md5(id || $2::text) limit 1)`;
const someBooking = `(select id from cal_com_bookings where invitation_id = ${picked} order by md5(id || $2::text) limit 1)`;
const either = (...words: string[]) => `(array['${words.join("','")}'])[1 + $2::int % ${words.length}]`;
const inHours = (sign: '+' | '-') => `clock_timestamp() ${sign} make_interval(hours => $2::int % 99)`;

const takenOut = 'is taken out';
const happenings: Readonly<Record<string, string>> = {
  'comes in': `insert into invitations (org_id, assessment_id, external_id, name, email, submitted_at)
    select org_id, id, $1::int::text, 'Person ' || chr(65 + $2::int % 26), $1::int || '@people.example',
           case when $2::int % 2 = 0 then now() end
      from assessments a order by md5(id || $2::text) limit 1 on conflict do nothing`,
  'gets another name': `update invitations set name = 'Änna ' || $2::int, updated_at = now() where id = ${picked}`,
  'moves on': `update invitations set status = ${either('started', 'submitted', 'closed')},
    submitted_at = ${inHours('-')} where id = ${picked}`,
  declines: `update invitations set declined_at = case when $2::int % 3 > 0 then clock_timestamp() end where id = ${picked}`,
  [takenOut]: `delete from invitations where id = ${picked} and $2::int % 4 = 0`,
  'gets a link': `insert into booking_links (org_id, invitation_id, event_type_id, length_in_minutes, token, ref, expires_at)
    select org_id, id, 1 + $2::int % 3, nullif($2::int % 2 * 30, 0), gen_random_uuid(), gen_random_uuid(),
           clock_timestamp() + case $2::int % 5 when 0 then interval '20 ms' when 1 then -interval '1 day' else interval '9 days' end
      from invitations where id = ${picked} on conflict do nothing`,
  'loses a link': `update booking_links set revoked_at = clock_timestamp() where id = ${someLink}`,
  'opens a link': `update booking_links set open_count = open_count + 1, last_opened_at = clock_timestamp() where id = ${someLink}`,
  'gets a mail': `insert into emails (org_id, send_id, invitation_id, to_name, to_address, state, sent_at)
    select i.org_id, s.id, i.id, '', gen_random_uuid() || '@people.example', 'accepted', case when $2::int % 3 > 0 then clock_timestamp() end
      from invitations i join sends s on s.org_id = i.org_id where i.id = ${picked}`,
  'hears of a mail': `update emails set state = ${either('delivered', 'bounced', 'failed')},
    sent_at = coalesce(sent_at, clock_timestamp()) where id = ${someMail}`,
  'loses a mail': `delete from emails where id = ${someMail}`,
  books: `insert into cal_com_bookings (org_id, invitation_id, booking_id, booking_url, status, start_time, end_time)
    select org_id, id, gen_random_uuid(), '', ${either('pending', 'confirmed', 'cancelled')}, ${inHours('+')}, ${inHours('+')}
      from invitations where id = ${picked}`,
  'changes a booking': `update cal_com_bookings set status = ${either('confirmed', 'cancelled', 'no_show', 'rejected')},
    updated_at = clock_timestamp() where id = ${someBooking}`,
  'moves a booking': `update cal_com_bookings set end_time = ${inHours('+')} - interval '9 hours',
    event_type_id = 1 + $2::int % 2 where id = ${someBooking}`,
  'cannot find a booking': `update cal_com_bookings set missing_since = case when $2::int % 2 = 0 then now() end
    where id = ${someBooking}`,
  'gives a booking away': `update cal_com_bookings b set invitation_id =
      (select id from invitations i where i.org_id = b.org_id order by md5(id || $2::text) limit 1) where id = ${someBooking}`,
  asks: `insert into candidate_requests (org_id, invitation_id, booking_link_id, kind, time_zone)
    select org_id, invitation_id, id, ${either('times', 'new_link', 'declined')}, 'Asia/Seoul'
      from booking_links where id = ${someLink} on conflict do nothing`,
  'is answered': `update candidate_requests set settled_at = now() where invitation_id = ${picked}`,
};

interface Happening {
  readonly what: string;
  readonly who: number;
  readonly chance: number;
}

const happening: fc.Arbitrary<Happening> = fc.record({
  what: fc.constantFrom(...Object.keys(happenings), 'comes in', 'gets a link', 'is looked at', 'is looked at'),
  who: fc.integer({ min: 1, max: people }),
  chance: fc.nat(999),
});

describe('the states of candidates', () => {
  let database: TestDatabase;
  let replicas: readonly [DataSource, DataSource];
  let orgs: readonly Actor[];

  beforeAll(async () => {
    database = await createTestDatabase(peopledTemplate);
    replicas = [await createDataSource(database.url).initialize(), await createDataSource(database.url).initialize()];
    const [db] = replicas;
    const rows = await db.query<{ id: string }[]>('select id from orgs');
    orgs = rows.map(({ id }) => systemActor(id));
    await db.query(`
      insert into assessments (org_id, title) select id, unnest(array['Logic', 'Design']) from orgs;
      insert into sends (org_id, event_type_id, template_id, subject, body)
        select org_id, 1, (array_agg(id))[1], '', '' from email_templates group by org_id`);
  });
  afterAll(async () => {
    await Promise.all(replicas.map((db) => db.destroy()));
    await database.drop();
  });

  const refreshAll = async (db: DataSource) => {
    for (const org of orgs) {
      await new CandidateStates(db).refresh(org);
    }
  };
  const happen = async ({ what, who, chance }: Happening) => {
    const statement = happenings[what];
    if (statement) {
      await replicas[0].query(statement, statement.includes('$2') ? [who, chance] : [who]);
    } else {
      await refreshAll(replicas[chance % 2]!);
    }
  };
  const expectRight = async () => {
    const [db] = replicas;
    for (const { orgId } of orgs) {
      const invited = await db.query<{ id: string }[]>('select id from invitations where org_id = $1', [orgId]);
      const byRule = await db.query<unknown[]>(
        `select to_jsonb(ruled) - 'id' state from (${statesByRule}) ruled order by id`,
        [orgId, invited.map(({ id }) => id)],
      );
      const kept = await db.query<unknown[]>(
        `select to_jsonb(s) - 'invitation_id' state from candidate_states s where org_id = $1 order by invitation_id`,
        [orgId],
      );
      expect(kept).toEqual(byRule);
      const alike = 'assessment_id, status, scheduling_status, needs_attention';
      expect(
        await db.query(
          `select ${alike}, count from candidate_counts where org_id = $1 and count <> 0 order by 1, 2, 3, 4`,
          [orgId],
        ),
      ).toEqual(
        await db.query(
          `select ${alike}, count(*)::int from (${statesByRule}) ruled group by 1, 2, 3, 4 order by 1, 2, 3, 4`,
          [orgId, invited.map(({ id }) => id)],
        ),
      );
      expect(await db.query(`select ${bookingsToSettle} "toSettle"`, [orgId])).toEqual(
        await db.query(needAttention, [orgId]),
      );
      expect(
        await db.query(
          `select event_type_id, chosen_length, people from choosing_counts where org_id = $1 and people <> 0 order by 1, 2`,
          [orgId],
        ),
      ).toEqual(await db.query(`select * from (${stillChoosing}) c order by 1, 2`, [orgId]));
    }
  };
  const linksHaveEnded = () =>
    replicas[0].query(
      `select pg_sleep(greatest(0, extract(epoch from max(expires_at) - clock_timestamp())))
         from booking_links where expires_at < now() + interval '1 second'`,
    );

  it('follow from whatever happened, in whatever order, and so do their counts', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { minLength: 20, maxLength: 60 }), async (history) => {
        for (const one of history) {
          await happen(one);
        }
        await linksHaveEnded();
        await refreshAll(replicas[1]);
        await expectRight();
      }),
      { numRuns: histories, endOnFailure: true },
    );
    const [row] = await replicas[0].query<[{ kinds: number }]>(
      'select count(distinct scheduling_status)::int kinds from candidate_counts',
    );
    expect(row.kinds).toBeGreaterThan(3);
  });

  it('end right where two replicas refresh while more happens', async () => {
    const looks = Array.from({ length: 30 }, (_, index) => refreshAll(replicas[index % 2]!));
    // Nothing that Interlude does takes an invitation out, least of all while something else is written for it.
    const history = fc.sample(happening, 150).filter(({ what }) => what in happenings && what !== takenOut);
    await Promise.all([...looks, ...history.map(happen)]);
    await linksHaveEnded();
    await Promise.all(replicas.map(refreshAll));
    await expectRight();
  });

  it.each([
    ['is not known any more', `missing_since = now() where event_type_id = 90`],
    ['is of the kind of another', `event_type_id = 91 where event_type_id = 90`],
    ['lies ahead', `end_time = now() + interval '1 hour' where status = 'pending'`],
  ])('know that a booking is to settle once it %s', async (_, change) => {
    const [db] = replicas;
    const [invited] = await db.query<[{ id: string; orgId: string }]>(
      `insert into invitations (org_id, assessment_id, name, email)
       select org_id, id, 'Settled', gen_random_uuid() || '@people.example' from assessments limit 1
       returning id, org_id "orgId"`,
    );
    await db.query(
      `insert into cal_com_bookings (org_id, invitation_id, booking_id, booking_url, status, start_time, end_time, event_type_id)
       select $2, $1, gen_random_uuid(), '', status, now(), now() + ahead, kind
         from (values ('confirmed', interval '1 day', 90), ('pending', -interval '1 day', 91), ('confirmed', interval '1 day', 91))
              b (status, ahead, kind)`,
      [invited.id, invited.orgId],
    );
    const toSettle = () => db.query(`select to_settle from candidate_states where invitation_id = $1`, [invited.id]);
    await refreshAll(db);
    expect(await toSettle()).toEqual([{ to_settle: false }]);
    await db.query(`update cal_com_bookings set ${change} and invitation_id = $1`, [invited.id]);
    await refreshAll(db);
    expect(await toSettle()).toEqual([{ to_settle: true }]);
  });

  it('wait for the next look where one breaks off', async () => {
    const [db] = replicas;
    await db.query(
      `insert into invitations (org_id, assessment_id, name, email)
       select org_id, id, 'Late', 'late@people.example' from assessments`,
    );
    await db.query(`alter table candidate_states add constraint broken check (name_key <> 'late') not valid`);
    await expect(refreshAll(db)).rejects.toThrow('broken');
    await db.query('alter table candidate_states drop constraint broken');
    await refreshAll(db);
    await expectRight();
  });
});
