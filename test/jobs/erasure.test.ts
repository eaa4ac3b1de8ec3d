import * as cheerio from 'cheerio';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { columnFates } from '../../src/scheduling/erasure/erased-columns.js';
import { ErasuresService } from '../../src/scheduling/erasure/erasures.service.js';
import { startBookings, type BookingsTest } from '../support/bookings.js';
import { bookingNews, postTo, type CalComEndpoint } from '../support/cal-com-webhook.js';
import { databaseDump } from '../support/database-dump.js';
import { ResendServer } from '../support/resend-server.js';
import { mailEvent, post, resendWebhookSecret, signed } from '../support/resend-webhook.js';
import { until } from '../support/until.js';

interface Someone {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly externalId: string;
}

const header = 'name,email,assessment,status,time_zone,external_id';
const numbered = 'Backend challenge';

describe('an erasure', () => {
  let test: BookingsTest;
  let resend: ResendServer;
  let endpoint: CalComEndpoint;
  let made = 0;

  beforeAll(async () => {
    resend = await ResendServer.start();
    test = await startBookings({
      EMAIL_TRANSPORT: 'resend',
      EMAIL_FROM: 'Acme <interviews@acme.example>',
      RESEND_API_KEY: 're_test',
      RESEND_BASE_URL: resend.url,
      RESEND_REQUESTS_PER_SECOND: '50',
      RESEND_WEBHOOK_SECRET: resendWebhookSecret,
    });
    await test.asha.agent.get('/app/scheduling').expect(200);
    await test.asha.agent.get('/app/settings/cal-com').expect(200);
    const [webhook] = await until(
      () => test.sandbox.state.webhooks,
      (webhooks) => webhooks.length === 1,
    );
    endpoint = { path: new URL(webhook!.subscriberUrl).pathname, secret: webhook!.secret! };
    await test.db.query(`update orgs set confirmation_mails_since = now() - interval '1 day'`);
  });
  afterAll(async () => {
    await test?.stop();
    await resend?.stop();
  });

  it('says of every column of words what becomes of it', async () => {
    const columns = await test.db.query<{ table: string; column: string }[]>(
      `select table_name "table", column_name "column" from information_schema.columns
        where table_schema = 'public'
          and data_type not in ('uuid', 'boolean', 'integer', 'bigint', 'double precision', 'timestamp with time zone')
          and udt_name not in ('_uuid', '_timestamptz', '_int4')
        order by 1, 2`,
    );
    const known = Object.entries(columnFates).flatMap(([table, fates]) =>
      Object.keys(fates).map((column) => `${table}.${column}`),
    );
    expect(known.toSorted()).toEqual(columns.map(({ table, column }) => `${table}.${column}`).toSorted());
  });

  it('leaves neither name nor address, though everything there is had been told and written', async () => {
    const person = await someone('Zoë Quint-Okafor', 'Zoe.Quint-Okafor@people.example');
    const bystander = await someone('Ingrid Vale', 'ingrid.vale@people.example');
    const { token, uids } = await liveThroughEverything(person);
    const before = await databaseDump(test.db);
    expect(traces(before, person).length).toBeGreaterThan(10);

    await erase(person);

    expect(traces(await databaseDump(test.db), person)).toEqual([]);
    expect(traces(logs(), person)).toEqual([]);
    expect(await databaseDump(test.db)).toContain(bystander.email);
    const counts = await countsOf(person);
    expect(counts).toMatchObject({ mails: 3, bookings: 3, links: 1, requests: 1, notes: 0 });
    const page = await test.visitor().get(`/i/${token}`).expect(410);
    expect(traces(page.text, person)).toEqual([]);
    expect((await test.asha.agent.get(`/app/candidates/${person.id}`).expect(200)).text).toContain(
      'An erased candidate',
    );
    const listed = await test.asha.agent.get('/app/scheduling').query({ q: 'Erased' }).expect(200);
    expect(listed.text).not.toContain(person.id);

    // Everything that might bring them back.
    const again = await importFile(`${header}\n${rowOf(person)}`);
    expect(again).toMatch(/erased on 20\d\d-\d\d-\d\d/);
    const upserted = await upsert(person);
    expect(upserted).toMatchObject({ outcome: 'refused', invitation_id: null });
    for (const uid of uids) {
      await test.hint(uid, 'BOOKING_RESCHEDULED');
    }
    await postTo(test.visitor(), endpoint, newsOf(person, uids[0]!, 'BOOKING_CANCELLED')).expect(200);
    await tellOf(person, 'email.complained', {});
    await test.asha.agent.post('/app/bookings/refresh').expect(303);
    await forgetUploads();
    // What a program hands over, it is answered with: the id of its own, for a week.
    const nameless = { ...person, externalId: person.email };
    expect(traces(await databaseDump(test.db), nameless)).toEqual([]);
    expect(traces(logs(), person)).toEqual([]);
  });

  it('keeps an erased address suppressed should it come back at another assessment', async () => {
    const person = await someone('Noor Haddad', 'noor.haddad@people.example');
    await test.db.query(`insert into suppressions (org_id, address, cause) values ($1, $2, 'opt_out')`, [
      test.acme.orgId,
      person.email,
    ]);
    await erase(person);
    expect(traces(await databaseDump(test.db), person)).toEqual([]);
    await importFile(`${header}\n"${person.name}",${person.email.toUpperCase()},Another one,submitted,,other-9`);
    const [suppression] = await test.db.query<{ cause: string }[]>(
      'select cause from suppressions where address = $1 and lifted_at is null',
      [person.email],
    );
    expect(suppression).toEqual({ cause: 'opt_out' });
    await forgetUploads();
  });

  it('waits for a mail that is on its way, then empties it too', async () => {
    const person = await someone('Ilse Brandt', 'ilse.brandt@people.example');
    let letGo = (): void => undefined;
    const answered = new Promise<void>((resolve) => (letGo = resolve));
    resend.beforeAnswer = () => answered;
    const sendId = await send(person);
    await until(
      () => resend.underWay.size,
      (count) => count === 1,
    );
    const href = await propose(person);
    expect(await words(href)).toContain('1 mail is leaving right now');
    await confirm(href);
    await until(
      () => words(href),
      (text) => text.includes('a mail is on its way'),
    );
    expect(traces(await databaseDump(test.db), person).length).toBeGreaterThan(0);
    letGo();
    resend.beforeAnswer = () => undefined;
    await until(
      () => test.db.query<unknown[]>(`select 1 from emails where send_id = $1 and state = 'accepted'`, [sendId]),
      (rows) => rows.length === 1,
    );
    await ended(href);
    expect(await words(href)).toContain('1 candidate is erased.');
    expect(traces(await databaseDump(test.db), person)).toEqual([]);
  });

  it('skips the mails that wait, and ends what a crash left half done, whoever else is at it', async () => {
    const people = await Promise.all(
      Array.from({ length: 3 }, (_, place) => someone(`Waiting Person${place}`, `waiting${place}@people.example`)),
    );
    await test.db.query(`update orgs set undo_window_seconds = 3600`);
    const sendId = await send(people[0]!);
    await test.db.query(`update orgs set undo_window_seconds = 0`);
    const [first, second] = [await propose(people[0]!), await propose(people[0]!)];
    await Promise.all([confirm(first), confirm(second)]);
    const states = await test.db.query('select state, reason_code code from emails where send_id = $1', [sendId]);
    expect(states).toEqual([{ state: 'skipped', code: 'erased' }]);
    const left = await propose(people[1]!);
    await test.db.query('update erasures set begun_at = now() where id = $1', [left.split('/').at(-1)]);
    await Promise.all([test.app.get(ErasuresService).workOff(), test.app.get(ErasuresService).workOff()]);
    for (const href of [first, second, left]) {
      expect(await ended(href)).toContain('1 candidate is erased.');
    }
    const text = await databaseDump(test.db);
    expect([...traces(text, people[0]!), ...traces(text, people[1]!)]).toEqual([]);
    expect(traces(text, people[2]!).length).toBeGreaterThan(0);
  });

  it('takes the same address at other assessments along, and asks for the password again', async () => {
    const person = await someone('Two Places', 'two.places@people.example');
    await importFile(`${header}\n${person.name},${person.email},Another one,submitted,,two-2`);
    const href = await propose(person);
    expect(await words(href)).toContain('one more invitation to another assessment');
    expect(await words(href)).toMatch(/Who it is Two Places\s*Backend challenge\s*Two Places\s*Another one What/);
    await test.db.query(`update sessions set sess = jsonb_set(sess, '{confirmedAt}', '1')`);
    const refused = await test.asha.agent.post(`${href}/confirmation`).type('form').send({}).expect(422);
    expect(refused.text).toContain('Enter your password');
    expect(traces(await databaseDump(test.db), person).length).toBeGreaterThan(0);
    await test.asha.agent
      .post(`${href}/confirmation`)
      .type('form')
      .send({ confirmPassword: 'correct horse battery staple' })
      .expect(303);
    await forgetUploads();
    expect(traces(await databaseDump(test.db), person)).toEqual([]);
    const [entry] = await test.db.query<{ after: object; who: string }[]>(
      `select after, who from activity where action = 'candidates.erased' order by id desc limit 1`,
    );
    expect(entry).toEqual({ after: { count: 2 }, who: 'person' });
  });

  it('erases all that were selected, in chunks, and counts them on its page', async () => {
    await test.db.query(
      `insert into invitations (org_id, assessment_id, name, email, status)
       select $1, (select id from assessments where org_id = $1 limit 1), 'Crowd Member' || n, n || '@crowd.example', 'submitted'
         from generate_series(1, 250) n`,
      [test.acme.orgId],
    );
    const form = { select: 'matching', q: '@crowd.example' };
    const begun = await test.asha.agent.post('/app/scheduling/erasures').type('form').send(form).expect(303);
    const href = begun.headers['location']!;
    expect(await words(href)).toContain('Erase 250 candidates?');
    expect(await words(href)).toMatch(/Who it is Crowd Member1.*and 230 more/);
    await confirm(href);
    expect(await ended(href)).toContain('250 candidates are erased.');
    expect((await databaseDump(test.db)).match(/crowd\.example|crowd member/i)).toBeNull();
  });

  it('hands out all that is kept of a person, without the links that open their pages', async () => {
    const person = await someone('Amara Okoye', 'amara.okoye@people.example');
    await send(person);
    await test.asha.agent.post(`/app/candidates/${person.id}/notes`).type('form').send({ note: 'Asks good questions' });
    const answer = await test.asha.agent.get(`/app/candidates/${person.id}/data.json`).expect(200);
    expect(answer.headers).toMatchObject({
      'content-disposition': `attachment; filename="candidate-${person.id}.json"`,
      'cache-control': 'no-store',
    });
    expect(answer.body).toMatchObject({
      invitations: [{ name: person.name, email: person.email, external_id: person.externalId, assessment: numbered }],
      booking_links: [{ open_count: 0 }],
      mails: [{ to: person.email, text: expect.stringContaining('Amara Okoye') }],
      notes_of_the_team: [{ text: 'Asks good questions' }],
    });
    const [link] = await test.db.query<{ token: string }[]>(
      'select token from booking_links where invitation_id = $1',
      [person.id],
    );
    expect(JSON.stringify(answer.body)).not.toContain(link!.token);
    const noted = await test.db.query(
      `select 1 from activity where action = 'candidate.copied' and invitation_id = $1`,
      [person.id],
    );
    expect(noted).toHaveLength(1);
    await erase(person);
    await test.asha.agent.get(`/app/candidates/${person.id}/data.json`).expect(404);
  });

  async function someone(name: string, email: string): Promise<Someone> {
    made += 1;
    const person = { id: '', name, email, externalId: `platform-person-${made}-x` };
    await importFile(`${header}\n${rowOf(person)}`);
    const [row] = await test.db.query<{ id: string }[]>('select id from invitations where lower(email) = lower($1)', [
      email,
    ]);
    return { ...person, id: row!.id };
  }

  function rowOf({ name, email, externalId }: Someone): string {
    return `"${name}",${email},${numbered},submitted,Asia/Kathmandu,${externalId}`;
  }

  async function importFile(text: string): Promise<string> {
    const answer = await test.asha.agent.post('/app/candidates/import').attach('file', Buffer.from(text), 'people.csv');
    return answer.text;
  }

  async function upsert({ name, email, externalId }: Someone): Promise<object> {
    const answer = await test.asha.agent
      .put('/api/admin/invitations')
      .set('Idempotency-Key', `put-${externalId}-${Date.now()}`)
      .send({
        assessment: { external_id: 'backend', title: numbered },
        invitations: [{ external_id: externalId, name, email, status: 'submitted' }],
      })
      .expect(200);
    return (answer.body as { data: [object] }).data[0];
  }

  async function send({ id }: Someone): Promise<string> {
    const form = { invitation_ids: [id], event_type_id: '1' };
    const begun = await test.asha.agent.post('/app/scheduling/sends').type('form').send(form).expect(303);
    const path = begun.headers['location']!;
    await test.asha.agent.post(`${path}/dispatch`).type('form').send({ revision: 1 }).expect(303);
    return path.split('/').at(-1)!;
  }

  async function liveThroughEverything(person: Someone): Promise<{ token: string; uids: string[] }> {
    await upsert(person);
    const form = { invitation_ids: [person.id], event_type_id: '1' };
    const drafted = await test.asha.agent.post('/app/scheduling/sends').type('form').send(form).expect(303);
    const path = drafted.headers['location']!;
    const content = { revision: 1, subject: `For ${person.name}`, message: `Dear ${person.name}, {{booking_link}}` };
    await test.asha.agent.post(`${path}/content`).type('form').send(content).expect(303);
    await test.asha.agent.post(`${path}/test`).type('form').send({}).expect(303);
    await test.asha.agent.post(`${path}/dispatch`).type('form').send({ revision: 2 }).expect(303);
    await until(
      () =>
        test.db.query<unknown[]>(`select 1 from emails where invitation_id = $1 and state = 'accepted'`, [person.id]),
      (rows) => rows.length === 1,
    );
    await tellOf(person, 'email.delivered', {});
    await tellOf(person, 'email.bounced', {
      bounce: {
        type: 'Permanent',
        subType: 'General',
        message: `550 <${person.email}> unknown`,
        diagnosticCode: [`smtp; 550 <${person.email}>`],
      },
    });
    const [{ token, ref }] = await test.db.query<[{ token: string; ref: string }]>(
      'select token, ref from booking_links where invitation_id = $1',
      [person.id],
    );
    await test.visitor().get(`/i/${token}`).expect(200);
    const wish = { day_1: '2026-12-07', from_1: '09:00', to_1: '12:00', note: `Call ${person.name} at home` };
    await test.visitor().post(`/i/${token}/other-times`).type('form').send(wish);
    await test.db.query(
      `insert into candidate_requests (org_id, invitation_id, booking_link_id, kind, note, time_zone)
       select org_id, invitation_id, id, 'times', $2, 'Asia/Kathmandu' from booking_links where token = $1
           on conflict do nothing`,
      [token, `Call ${person.name} at home`],
    );
    await test.asha.agent
      .post(`/app/candidates/${person.id}/notes`)
      .type('form')
      .send({ note: `${person.name} is calm` });
    await test.visitor().post(`/i/${token}/unsubscribe`).expect(200);

    const candidate = { invitationId: person.id, name: person.name, email: person.email, ref, eventTypeId: 1 };
    const booked = await test.bookOnPage(candidate);
    await postTo(test.visitor(), endpoint, newsOf(person, booked.uid, 'BOOKING_CREATED')).expect(200);
    await test.hint(booked.uid, 'BOOKING_CREATED');
    const moved = await test.sandbox.desk.reschedule(
      booked.uid,
      { start: test.freeStart(), rescheduledBy: person.email, reschedulingReason: `${person.name} is ill` } as never,
      null,
    );
    await test.hint(moved.uid, 'BOOKING_RESCHEDULED');
    const stray = await test.bookOnPage(candidate, { ref: null });
    await test.hint(stray.uid, 'BOOKING_CREATED');
    await postTo(test.visitor(), endpoint, newsOf(person, 'never-read-uid', 'BOOKING_CREATED')).expect(200);
    await until(
      () =>
        test.db.query<unknown[]>(
          `select 1 from emails where booking_id is not null and state in ('queued', 'sending')`,
        ),
      (rows) => rows.length === 0,
    );
    return { token, uids: [booked.uid, moved.uid, stray.uid] };
  }

  async function tellOf({ id, email, name }: Someone, type: string, data: object): Promise<void> {
    const [mail] = await test.db.query<{ emailId: string; providerId: string }[]>(
      `select id "emailId", provider_id "providerId" from emails where invitation_id = $1 and provider_id is not null`,
      [id],
    );
    const event = mailEvent(type, { ...mail!, data: { to: [email], subject: `For ${name}`, ...data } });
    const delivery = signed(event);
    await post(test.visitor(), delivery).expect(200);
    await until(
      () =>
        test.db.query<unknown[]>('select 1 from webhook_deliveries where external_id = $1 and handled_at is not null', [
          delivery.headers['svix-id'],
        ]),
      (rows) => rows.length === 1,
    );
  }

  async function propose({ id }: Someone): Promise<string> {
    const answer = await test.asha.agent.post(`/app/candidates/${id}/erasure`).expect(303);
    return answer.headers['location']!;
  }

  async function confirm(href: string): Promise<void> {
    await test.asha.agent.post(`${href}/confirmation`).type('form').send({}).expect(303);
  }

  async function erase(person: Someone): Promise<void> {
    const href = await propose(person);
    const question = await words(href);
    expect(question).toContain(`Erase ${person.name}?`);
    await confirm(href);
    await ended(href);
  }

  /** The job that is at it may have what is left in its hands. */
  async function ended(href: string): Promise<string> {
    return until(
      async () => {
        await test.app.get(ErasuresService).workOff();
        return words(href);
      },
      (text) => text.includes('erased.'),
    );
  }

  async function words(href: string): Promise<string> {
    const page = cheerio.load((await test.asha.agent.get(href).expect(200)).text);
    return page('main').text().replace(/\s+/g, ' ').trim();
  }

  /** What became of a file that somebody uploads is kept for a day. */
  async function forgetUploads(): Promise<void> {
    const [kept] = await test.db.query<{ name: string | null }[]>(`select to_regclass('candidate_imports')::text name`);
    if (kept?.name) {
      await test.db.query('delete from candidate_imports');
    }
  }

  async function countsOf({ id }: Someone): Promise<object> {
    const [counts] = await test.db.query<object[]>(
      `select (select count(*)::int from emails where invitation_id = $1 or booking_id in (
                 select id from cal_com_bookings where invitation_id = $1)) mails,
              (select count(*)::int from cal_com_bookings where erased_at is not null) bookings,
              (select count(*)::int from booking_links where invitation_id = $1) links,
              (select count(*)::int from candidate_requests where invitation_id = $1) requests,
              (select count(*)::int from candidate_notes where invitation_id = $1) notes`,
      [id],
    );
    return counts!;
  }
});

function newsOf({ name, email }: Someone, uid: string, trigger: string): string {
  const attendees = [{ email, name, timeZone: 'Asia/Kathmandu' }];
  return bookingNews(trigger, { uid, more: { title: `Interview with ${name}`, attendees } });
}

/** Lines that tell of somebody, in whatever writing, each cut short. */
function traces(text: string, { name, email, externalId }: Someone): string[] {
  const writings = [name, email, externalId].flatMap((word) => [
    word,
    encodeURIComponent(word),
    JSON.stringify(word).slice(1, -1),
    escaped(word),
    Buffer.from(word).toString('hex'),
    ...[0, 1, 2].map((shift) => inBase64(word, shift)),
  ]);
  const marks = [...new Set(writings.map((word) => word.toLowerCase()))];
  return text
    .split('\n')
    .filter((line) => marks.some((mark) => line.toLowerCase().includes(mark)))
    .map((line) => line.slice(0, 300));
}

function escaped(word: string): string {
  return [...word]
    .map((letter) => (letter > '~' ? `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}` : letter))
    .join('');
}

/** The part of it that does not depend on what stands before and after. */
function inBase64(word: string, shift: number): string {
  const encoded = Buffer.from(' '.repeat(shift) + word).toString('base64');
  return encoded.slice(shift === 0 ? 0 : 4, -4);
}

function logs(): string {
  const folder = process.env['TEST_LOG_DIR']!;
  const files = readdirSync(folder).filter((file) => file.endsWith('.log'));
  return files.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n');
}
