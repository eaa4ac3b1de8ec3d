import { Jobs } from '../../src/jobs/jobs.service.js';
import type { Actor } from '../../src/shared/actor.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import {
  createOrganization,
  emailRows,
  queueSend,
  startMailReplica,
  untilStates,
  type MailReplica,
} from '../support/mail-replica.js';
import { until } from '../support/until.js';

const captured = { EMAIL_TRANSPORT: 'capture' };

describe('the queue of mails', () => {
  let database: TestDatabase;
  let replicas: MailReplica[];
  let replica: MailReplica;
  let acme: Actor;

  beforeAll(async () => {
    database = await createTestDatabase();
    // On a new database, at the same moment, as replicas do.
    replicas = await Promise.all([1, 2, 3].map(() => startMailReplica(database.url, captured, { pollMs: 1_000 })));
    [replica] = replicas as [MailReplica];
    acme = await createOrganization(replica.db, 'Acme');
  });

  afterAll(async () => {
    await Promise.all((replicas ?? []).map((each) => each.stop()));
    await database?.drop();
  });

  it('keeps captured mails and shows each as it is', async () => {
    const send = await queueSend(replica, acme, 3);
    const rows = await untilStates(replica.db, send.sendId, ['accepted']);
    expect(rows.every((row) => row.providerId === null && row.sentAt !== null)).toBe(true);
    const found = await replica.emails.find(acme, send.emailIds[1]!);
    expect(found?.mail?.subject).toBe('Meeting Invitation - Logic');
    expect(found?.mail?.text).toContain('Hi Candidate 2,');
    expect(found?.mail?.html).toContain('Candidate 2');
    expect(found?.mail?.from).toBe('Acme Interviews <interviews@acme.example>');
    expect(found?.email.toAddress).toBe(send.addresses[1]);
  });

  it('lets a mail that is due leave within about a second', async () => {
    const queuedAt = Date.now();
    const send = await queueSend(replica, acme, 1);
    await untilStates(replica.db, send.sendId, ['accepted']);
    expect(Date.now() - queuedAt).toBeLessThan(1_500);
  });

  it('lets a mail wait until it is due, by the clock of the database', async () => {
    const send = await queueSend(replica, acme, 1, { dueInSeconds: 1 });
    const [row] = await untilStates(replica.db, send.sendId, ['accepted']);
    const [due] = await replica.db.query<{ late: boolean }[]>(
      'select sent_at >= due_at late from emails where id = $1',
      [row!.id],
    );
    expect(due?.late).toBe(true);
  });

  it('shares the work of many mails and sends each once', async () => {
    const send = await queueSend(replica, acme, 2_000);
    await untilStates(replica.db, send.sendId, ['accepted'], 20_000);
    const [counts] = await replica.db.query<{ events: number; batches: number }[]>(
      `select count(*)::int events, count(distinct v.batch_id)::int batches
         from email_events v join emails e on e.id = v.email_id where e.send_id = $1 and v.type = 'accepted'`,
      [send.sendId],
    );
    expect(counts?.events).toBe(2_000);
    expect(counts?.batches).toBeGreaterThanOrEqual(20);
  });

  it('makes the default template once, however many ask for it at a time', async () => {
    const globex = await createOrganization(replica.db, 'Globex');
    const asked = await Promise.all(
      [...replicas, ...replicas].map((each) => each.templates.current(globex, 'scheduling_invitation')),
    );
    expect(new Set(asked.map((template) => template.id)).size).toBe(1);
    expect(asked[0]).toMatchObject({ name: 'scheduling_invitation', version: 1 });
  });

  it('freezes a changed text as a template of its own and an unchanged one as itself', async () => {
    const base = await replica.templates.current(acme, 'scheduling_invitation');
    const freeze = (subject: string, body: string) =>
      replica.templates.freezeContent(replica.db.manager, acme, { basedOn: base.id, subject, body });
    expect(await freeze(base.subject, base.body.replaceAll('\n', '\r\n'))).toBe(base.id);
    const own = await freeze('Another subject', base.body);
    expect(await replica.templates.find(acme, own)).toMatchObject({ name: null, version: null, body: base.body });
    expect((await replica.templates.current(acme, 'scheduling_invitation')).id).toBe(base.id);
    await expect(freeze('Hello', 'Dear {{candidat_name}}')).rejects.toThrow('candidate_name');
    const globex = await createOrganization(replica.db, 'Initech');
    expect(await replica.templates.find(globex, own)).toBeNull();
  });

  it('previews what a recipient would get, or what stands in the way', () => {
    const content = { subject: 'Hi', body: 'Dear {{candidate_name}}: {{booking_link}}' };
    const values = { candidate_name: 'Asha', booking_link: 'https://interviews.acme.example/i/x' };
    expect(replica.emails.render(acme, content, values)).toMatchObject({
      ok: true,
      mail: { text: 'Dear Asha: https://interviews.acme.example/i/x\n' },
    });
    expect(replica.emails.render(acme, content, { ...values, candidate_name: '' })).toEqual({
      ok: false,
      problems: [],
      missing: ['candidate_name'],
    });
    expect(replica.emails.render(acme, { ...content, body: '{{x}}' }, values)).toMatchObject({
      ok: false,
      missing: [],
    });
  });

  it('retries one of two failed mails to a person, and none while another is on its way', async () => {
    const send = await queueSend(replica, acme, 1);
    await untilStates(replica.db, send.sendId, ['accepted']);
    const [older] = send.emailIds as [string];
    await replica.db.query(`update emails set state = 'failed' where id = $1`, [older]);
    const [newer] = await replica.db.query<{ id: string }[]>(
      `insert into emails (org_id, send_id, invitation_id, state, to_name, to_address, template_id, template_values, due_at)
       select org_id, send_id, invitation_id, 'queued', to_name, 'second-' || to_address, template_id, template_values,
              now() + interval '1 hour' from emails where id = $1 returning id`,
      [older],
    );
    await replica.db.query(
      `update invitations i set email = e.to_address from emails e where e.id = $1 and i.id = e.invitation_id`,
      [newer!.id],
    );
    expect(await replica.emails.retry(acme, [older], { action: 'email.retried' })).toEqual({
      retried: [],
      notRetried: [older],
    });
    await replica.db.query(`update emails set state = 'failed' where id = $1`, [newer!.id]);
    expect(await replica.emails.retry(acme, [older, newer!.id], { action: 'email.retried' })).toEqual({
      retried: [newer!.id],
      notRetried: [older],
    });
    await until(
      () => emailRows(replica.db, send.sendId),
      (rows) => rows.some((row) => row.id === newer!.id && row.state === 'accepted'),
    );
  });

  it('asks once more, before a mail leaves, whether its person still needs it', async () => {
    const send = await queueSend(replica, acme, 5, { dueInSeconds: 3_600 });
    const giveLink = (emailId: string | undefined, lifetime: string) =>
      replica.db.query(
        `with link as (
           insert into booking_links (org_id, invitation_id, event_type_id, token, ref, expires_at)
           select org_id, invitation_id, 1, 'token-' || id, 'ref-' || id, now() + $2::interval from emails where id = $1
           returning id)
         update emails set booking_link_id = link.id from link where emails.id = $1`,
        [emailId, lifetime],
      );
    const invitationOf = '(select invitation_id from emails where id = $1)';
    await replica.db.query(
      `insert into cal_com_bookings (org_id, invitation_id, booking_id, booking_url, status, start_time, end_time)
       select org_id, invitation_id, 'uid-' || id, 'https://cal.example', 'pending', now(), now() + interval '1 hour'
         from emails where id = $1`,
      [send.emailIds[0]],
    );
    await replica.db.query(`update invitations set declined_at = now() where id = ${invitationOf}`, [send.emailIds[1]]);
    await giveLink(send.emailIds[2], '-1 second');
    await giveLink(send.emailIds[3], '1 day');
    await replica.db.query('update emails set due_at = now() where send_id = $1', [send.sendId]);
    const rows = await untilStates(replica.db, send.sendId, ['accepted', 'skipped']);
    expect(rows.map(({ state, code }) => [state, code])).toEqual([
      ['skipped', 'booked'],
      ['skipped', 'declined'],
      ['skipped', 'link_expired'],
      ['accepted', null],
      ['accepted', null],
    ]);
  });

  it('takes a job back with the transaction that made it', async () => {
    const jobs = replica.module.get(Jobs);
    const waiting = async (): Promise<number> => {
      const [row] = await replica.db.query<{ count: number }[]>(
        `select count(*)::int from pgboss.job where name = 'wake-email-worker' and start_after > now() + interval '1 day'`,
      );
      return row!.count;
    };
    const startAfter = new Date(Date.now() + 2 * 24 * 60 * 60 * 1_000);
    const enqueue = async (fails: boolean): Promise<void> =>
      replica.db.transaction(async (manager) => {
        await jobs.enqueue(manager, 'wake-email-worker', {}, { startAfter });
        if (fails) {
          throw new Error('changed my mind');
        }
      });
    await expect(enqueue(true)).rejects.toThrow('changed my mind');
    expect(await waiting()).toBe(0);
    await enqueue(false);
    expect(await waiting()).toBe(1);
  });
});
