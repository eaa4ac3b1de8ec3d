import * as cheerio from 'cheerio';
import { AccountsService } from '../../../src/accounts/accounts.service.js';
import { ApiTokensService } from '../../../src/accounts/api-tokens.service.js';
import { Memberships } from '../../../src/accounts/memberships.service.js';
import { SignInActivity } from '../../../src/accounts/sign-in-activity.service.js';
import { SecondFactors } from '../../../src/accounts/second-factors.service.js';
import type { ActivityAction } from '../../../src/activity/activity-actions.js';
import { Activities } from '../../../src/activity/activities.service.js';
import { recordActivity } from '../../../src/activity/record-activity.js';
import { BookingLookupService } from '../../../src/scheduling/bookings/booking-lookup.service.js';
import { BookingLinksService } from '../../../src/scheduling/links/booking-links.service.js';
import { testPassword, type TestPerson } from '../../support/app.js';
import { startBookings, type BookingsTest, type LinkedCandidate } from '../../support/bookings.js';
import { turnOnFactor } from '../../support/second-factor.js';
import { until } from '../../support/until.js';

interface Noted {
  readonly who: string;
  readonly whoId: string | null;
  readonly subjectType: string | null;
  readonly subjectId: string | null;
  readonly invitationId: string | null;
  readonly before: unknown;
  readonly after: unknown;
}

type Deed = () => Promise<Partial<Noted> | void>;

const path = '/app/settings/activity';
const needsConfirmation = 5;
const unknown = '00000000-0000-4000-8000-000000000000';

describe('the activity of an organization', () => {
  let test: BookingsTest;
  let token: string;
  let people: LinkedCandidate[];

  beforeAll(async () => {
    test = await startBookings({ UNDO_WINDOW_SECONDS: '600' });
    Object.assign(test.app.get(BookingLookupService), { lookAgainAfterMs: [0, 5] });
    const tokens = test.app.get(ApiTokensService);
    token = (await tokens.make(test.asha.actor, { name: 'Platform', scope: 'send', days: null }))!;
    people = await test.candidates(12);
  });
  afterAll(() => test.stop());

  const post = (person: TestPerson, to: string, form: object = {}) =>
    person.agent.post(to).type('form').send(form).expect(303);
  const page = async (query = '', person = test.asha) =>
    cheerio.load((await person.agent.get(`${path}${query}`).expect(200)).text);
  const rowsOf = ($: cheerio.CheerioAPI) =>
    $('tbody tr')
      .map((_, row) => {
        const deed = $(row).find('td:nth-child(3)');
        const details = deed.find('.sub').remove();
        return [$(row).find('th'), deed, ...details.get().map((detail) => $(detail))]
          .map((part) => part.text().replaceAll(/\s+/g, ' ').trim())
          .join(' ');
      })
      .get();
  const csv = async (query = '', person = test.asha) =>
    (await person.agent.get(`${path}/export.csv${query}`).buffer(true).expect(200)).text;
  const newest = async () => (await test.db.query<{ id: string }[]>('select max(id) id from activity'))[0]!.id ?? '0';
  const notedSince = async (id: string, action: ActivityAction) =>
    test.db.query<Noted[]>(
      `select who, who_id "whoId", subject_type "subjectType", subject_id "subjectId", invitation_id "invitationId",
              before, after from activity where id > $1 and action = $2 and org_id = $3`,
      [id, action, test.acme.orgId],
    );
  const asha = () => ({ who: 'person', whoId: test.asha.actor.userId });
  const dana = () => ({ who: 'person', whoId: test.dana.actor.userId });
  const idOf = async (sql: string, values: unknown[] = []) =>
    (await test.db.query<{ id: string }[]>(sql, values))[0]!.id;
  const linkOf = ({ invitationId }: LinkedCandidate) =>
    test.db
      .query<{ token: string }[]>('select token from booking_links where invitation_id = $1', [invitationId])
      .then(([link]) => `/i/${link!.token}`);
  const draft = async (who: TestPerson, ...chosen: LinkedCandidate[]) => {
    const form = { 'invitation_ids[]': chosen.map(({ invitationId }) => invitationId), event_type_id: '1' };
    return (await post(who, '/app/scheduling/sends', form)).headers['location']!.split('/').at(-1)!;
  };
  const booked = async (eventTypeId = 1) => {
    const [person] = await test.candidates(1, { eventTypeId });
    const { uid } = await test.bookOnPage(person!);
    await test.hint(uid, 'BOOKING_CREATED');
    return { id: (await test.stored(uid))!.id, uid, invitationId: person!.invitationId };
  };
  const beginNow = async (uid: string) => {
    const [start, end] = [-10, 20].map((minutes) => new Date(Date.now() + minutes * 60_000).toISOString());
    Object.assign(test.sandbox.state.booking(uid)!, { start, end });
    await test.sync.refresh(test.acme, uid);
  };
  const onBooking = async (step: string, form: object = {}, eventTypeId = 1): Promise<Partial<Noted>> => {
    const { id, invitationId } = await booked(eventTypeId);
    await post(test.dana, `/app/bookings/${id}/${step}`, form);
    return { ...dana(), subjectType: 'booking', subjectId: id, invitationId };
  };

  const signIn = (email: string, password: string, status = 303) =>
    test.visitor().post('/sign-in').type('form').send({ email, password }).expect(status);
  /** Somebody else, who does what would sign the others out. */
  const newcomer = async (name: string) => {
    const email = `${name.toLowerCase()}@acme.example`;
    const accounts = test.app.get(AccountsService);
    const person = { name, email, password: testPassword };
    const { id } = await accounts.addMember(test.db.manager, test.acme.orgId, person, 'scheduler');
    const agent = test.visitor();
    await agent.post('/sign-in').type('form').send(person).expect(303);
    return { email, agent, id, as: { who: 'person', whoId: id } };
  };

  const deeds: readonly (readonly [ActivityAction, Deed])[] = [
    [
      'organization.changed',
      async () => {
        await post(test.asha, '/app/settings/organization', { name: 'Acme', timeZone: 'Europe/Rome', brandColor: '' });
        return { ...asha(), before: { timeZone: 'Europe/Berlin' }, after: { timeZone: 'Europe/Rome' } };
      },
    ],
    [
      'mail-rules.changed',
      async () => {
        const rules = { undoWindowSeconds: '600', recentMailDays: '0', mailSenderName: 'Acme jobs' };
        await post(test.asha, '/app/settings/email', rules);
        return {
          ...asha(),
          before: { recentMailDays: 3, mailSenderName: null },
          after: { recentMailDays: 0, mailSenderName: 'Acme jobs' },
        };
      },
    ],
    [
      'link-life.changed',
      async () => {
        await post(test.asha, '/app/settings/cal-com/link-life', { bookingLinkDays: '20' });
        return { ...asha(), before: { bookingLinkDays: 14 }, after: { bookingLinkDays: 20 } };
      },
    ],
    [
      'cal-com.connected',
      async () => {
        const { apiKey, apiUrl } = test.sandbox;
        await post(test.asha, '/app/settings/cal-com', { apiKey, apiUrl });
        return {
          ...asha(),
          before: { address: null, key: null },
          after: { address: apiUrl, key: `changed: …${apiKey.slice(-4)}` },
        };
      },
    ],
    [
      'event-type.default-chosen',
      async () => {
        await post(test.asha, '/app/settings/cal-com/event-types');
        await post(test.asha, '/app/settings/cal-com/default-event-type', { eventTypeId: '2' });
        return { ...asha(), subjectType: 'event-type', subjectId: '2', after: { eventType: 2 } };
      },
    ],
    [
      'event-types.used-chosen',
      async () => {
        await post(test.asha, '/app/settings/cal-com/used-event-types', { eventTypeIds: '3' });
        return { ...asha(), before: { eventTypes: [] }, after: { eventTypes: [3] } };
      },
    ],
    [
      'template.added',
      async () => {
        await post(test.asha, '/app/settings/templates', { title: 'Second round', from: 'scheduling_invitation' });
        return { ...asha(), subjectType: 'template', subjectId: 'second_round', after: { version: 1 } };
      },
    ],
    [
      'template.saved',
      async () => {
        const text = { subject: 'Again', message: 'Your link: {{booking_link}}', revision: '1' };
        await post(test.asha, '/app/settings/templates/second_round', text);
        return { ...asha(), subjectId: 'second_round', after: { version: 2 } };
      },
    ],
    [
      'template.archived',
      async () => {
        await post(test.asha, '/app/settings/templates/second_round/archiving');
        await post(test.asha, '/app/settings/templates/second_round/archiving');
        return { ...asha(), subjectId: 'second_round' };
      },
    ],
    [
      'template.taken-back',
      async () => {
        await post(test.asha, '/app/settings/templates/second_round/archiving/reversal');
        return { ...asha(), subjectId: 'second_round' };
      },
    ],
    [
      'api-token.made',
      async () => {
        const form = { name: 'Reports', scope: 'read', days: '30' };
        await test.asha.agent.post('/app/settings/api-tokens').type('form').send(form).expect(201);
        const subjectId = await idOf(`select id from api_tokens where name = 'Reports'`);
        return { ...asha(), subjectType: 'api-token', subjectId, after: { scope: 'read', days: 30 } };
      },
    ],
    [
      'api-token.revoked',
      async () => {
        const subjectId = await idOf(`select id from api_tokens where name = 'Reports'`);
        await post(test.asha, `/app/settings/api-tokens/${subjectId}/revocation`);
        return { ...asha(), subjectType: 'api-token', subjectId };
      },
    ],
    [
      'suppression.lifted',
      async () => {
        const subjectId = await idOf(
          `insert into suppressions (org_id, address, cause) values ($1, 'gone@people.example', 'bounce') returning id`,
          [test.acme.orgId],
        );
        await post(test.asha, `/app/settings/email/suppressions/${subjectId}/lifting`, { reason: 'She wrote to us' });
        return { ...asha(), subjectType: 'suppression', subjectId, after: null };
      },
    ],
    [
      'assessment.added',
      async () => {
        await post(test.dana, '/app/assessments', { title: 'Typing' });
        return { ...dana(), subjectId: await idOf(`select id from assessments where title = 'Typing'`) };
      },
    ],
    [
      'assessment.closed',
      async () => {
        const subjectId = await idOf(`select id from assessments where title = 'Typing'`);
        await post(test.dana, `/app/assessments/${subjectId}/closure`);
        return { ...dana(), subjectId };
      },
    ],
    [
      'assessment.reopened',
      async () => {
        const subjectId = await idOf(`select id from assessments where title = 'Typing'`);
        await post(test.dana, `/app/assessments/${subjectId}/reopening`);
        return { ...dana(), subjectId };
      },
    ],
    [
      'candidates.imported',
      async () => {
        const file = 'name,email,assessment,status\nIda Import,ida@people.example,Typing,submitted\n';
        for (const _ of [1, 2]) {
          await test.dana.agent.post('/app/candidates/import').attach('file', Buffer.from(file), 'one.csv').expect(303);
        }
        return { ...dana(), invitationId: null, after: { created: 1, changed: 0, unchanged: 0, refused: 0 } };
      },
    ],
    [
      'candidates.handed-over',
      async () => {
        const invitations = [{ external_id: 'x1', name: 'Pat Platform', email: 'pat@people.example' }];
        const body = { assessment: { external_id: 'a1', title: 'Typing' }, invitations };
        const answer = await test
          .visitor()
          .put('/api/admin/invitations')
          .set('Authorization', `Bearer ${token}`)
          .send(body);
        expect(answer.status).toBe(200);
        const whoId = await idOf(`select id from api_tokens where name = 'Platform'`);
        return { who: 'token', whoId, after: { created: 1, changed: 0 } };
      },
    ],
    [
      'links.made',
      async () => {
        const ids = await test.db.query<{ id: string }[]>(
          `select id from invitations i where org_id = $1 and status = 'submitted'
              and not exists (select 1 from booking_links where invitation_id = i.id) limit 2`,
          [test.acme.orgId],
        );
        const form = { 'invitation_ids[]': ids.map(({ id }) => id), event_type_id: '1' };
        await post(test.dana, '/app/scheduling/booking-links', form);
        return { ...dana(), after: { count: 2, eventTypeId: 1 } };
      },
    ],
    [
      'send.drafted',
      async () => {
        const subjectId = await draft(test.dana, people[0]!, people[1]!);
        return { ...dana(), subjectType: 'send', subjectId, after: { count: 2, eventTypeId: 1 } };
      },
    ],
    [
      'send.discarded',
      async () => {
        const subjectId = await draft(test.dana, people[0]!);
        await post(test.dana, `/app/sends/${subjectId}/cancellation`);
        await post(test.dana, `/app/sends/${subjectId}/cancellation`);
        return { ...dana(), subjectId };
      },
    ],
    [
      'send.dispatched',
      async () => {
        const subjectId = await draft(test.dana, people[0]!, people[1]!);
        await post(test.dana, `/app/sends/${subjectId}/dispatch`, { revision: '1' });
        await post(test.dana, `/app/sends/${subjectId}/dispatch`, { revision: '1' });
        return { ...dana(), subjectId, after: { count: 2 } };
      },
    ],
    [
      'send.stopped',
      async () => {
        const subjectId = await draft(test.dana, people[2]!);
        await post(test.dana, `/app/sends/${subjectId}/dispatch`, { revision: '1' });
        await post(test.dana, `/app/sends/${subjectId}/cancellation`);
        return { ...dana(), subjectId, after: { count: 1 } };
      },
    ],
    [
      'send.retried',
      async () => {
        const subjectId = await draft(test.dana, people[3]!);
        await post(test.dana, `/app/sends/${subjectId}/dispatch`, { revision: '1' });
        await test.db.query(`update emails set state = 'failed', sent_at = now() where send_id = $1`, [subjectId]);
        await post(test.dana, `/app/sends/${subjectId}/retry`);
        return { ...dana(), subjectId, after: { count: 1 } };
      },
    ],
    [
      'email.sent-again',
      async () => {
        const sendId = await draft(test.dana, people[4]!);
        await post(test.dana, `/app/sends/${sendId}/dispatch`, { revision: '1' });
        await test.db.query(`update emails set state = 'unknown', sent_at = now() where send_id = $1`, [sendId]);
        const subjectId = await idOf('select id from emails where send_id = $1', [sendId]);
        const again = cheerio.load((await test.dana.agent.get(`/app/emails/${subjectId}`)).text);
        const box = again('form[action$="/retry"] input[type=checkbox]');
        await post(test.dana, `/app/emails/${subjectId}/retry`, { [box.attr('name')!]: box.attr('value') ?? 'on' });
        return { ...dana(), subjectType: 'email', subjectId, invitationId: people[4]!.invitationId };
      },
    ],
    [
      'candidate.asked-for-times',
      async () => {
        const wish = { note: 'In the evening, call me on 0171', time_zone: 'Europe/Berlin' };
        await test
          .visitor()
          .post(`${await linkOf(people[5]!)}/other-times`)
          .type('form')
          .send(wish)
          .expect(303);
        return { who: 'candidate', invitationId: people[5]!.invitationId, after: null };
      },
    ],
    [
      'request.settled',
      async () => {
        const { invitationId } = people[5]!;
        const id = await idOf('select id from candidate_requests where invitation_id = $1', [invitationId]);
        await post(test.dana, `/app/scheduling/requests/${id}/settlement`);
        await post(test.dana, `/app/scheduling/requests/${id}/settlement`);
        return { ...dana(), subjectType: 'request', subjectId: id, invitationId };
      },
    ],
    [
      'candidate.declined',
      async () => {
        const decline = `${await linkOf(people[6]!)}/decline`;
        await test.visitor().post(decline).expect(303);
        await test.visitor().post(decline).expect(303);
        return { who: 'candidate', whoId: null, invitationId: people[6]!.invitationId };
      },
    ],
    [
      'candidate.reopened',
      async () => {
        const { invitationId } = people[6]!;
        await post(test.dana, `/app/scheduling/candidates/${invitationId}/reopening`);
        return { ...dana(), invitationId };
      },
    ],
    [
      'candidate.asked-for-link',
      async () => {
        const { invitationId } = people[7]!;
        await test.db.query('update booking_links set expires_at = now() where invitation_id = $1', [invitationId]);
        await test
          .visitor()
          .post(`${await linkOf(people[7]!)}/new-link-request`)
          .expect(303);
        return { who: 'candidate', invitationId };
      },
    ],
    [
      'candidate.opted-out',
      async () => {
        const unsubscribe = `${await linkOf(people[8]!)}/unsubscribe`;
        await test.visitor().post(unsubscribe).expect(200);
        await test.visitor().post(unsubscribe).expect(200);
        return { who: 'candidate', invitationId: people[8]!.invitationId };
      },
    ],
    [
      'candidate.opted-in',
      async () => {
        await test
          .visitor()
          .post(`${await linkOf(people[8]!)}/unsubscribe/reversal`)
          .expect(303);
        return { who: 'candidate', invitationId: people[8]!.invitationId };
      },
    ],
    ['booking.cancelled', () => onBooking('cancellation', { cancellation_reason: 'Ida is ill' })],
    ['booking.confirmed', () => onBooking('confirmation', {}, needsConfirmation)],
    ['booking.rejected', () => onBooking('rejection', { rejection_reason: 'The panel is full' }, needsConfirmation)],
    [
      'booking.rescheduled',
      async () => {
        const { id, invitationId } = await booked();
        const form = { start: test.freeStart().toISOString(), reschedule_reason: 'The host is ill', from: '' };
        const { headers } = await post(test.dana, `/app/bookings/${id}/reschedule`, form);
        return { ...dana(), subjectId: headers['location']!.split('/').at(-1)!, invitationId };
      },
    ],
    [
      'booking.no-show',
      async () => {
        const { id, uid, invitationId } = await booked();
        await beginNow(uid);
        await post(test.dana, `/app/bookings/${id}/no-show`);
        return { ...dana(), subjectId: id, invitationId };
      },
    ],
    [
      'booking.reinvited',
      async () => {
        const { id, uid, invitationId } = await booked();
        await test.sandbox.desk.cancel(uid, 'ill', null);
        await test.sync.refresh(test.acme, uid);
        await post(test.dana, `/app/bookings/${id}/invitation`);
        return { ...dana(), subjectId: id, invitationId };
      },
    ],
    ['booking.set-aside', async () => ({ ...(await onBooking('set-aside')), invitationId: null })],
    ['booking.put-back', async () => ({ ...(await onBooking('inbox')), invitationId: null })],
    [
      'booking.attached',
      async () => {
        const { id } = await booked();
        const { invitationId } = people[9]!;
        await post(test.dana, `/app/bookings/${id}/candidate`, { invitation_id: invitationId });
        return { ...dana(), subjectId: id, invitationId };
      },
    ],
    [
      'booking.made',
      async () => {
        const { invitationId } = people[10]!;
        const body = { invitation_ids: [invitationId], event_type_id: 1, start: test.freeStart().toISOString() };
        const answer = await test
          .visitor()
          .post('/api/admin/scheduling/cal-com/bookings')
          .set('Authorization', `Bearer ${token}`)
          .send(body);
        expect(answer.status).toBe(201);
        return { who: 'token', subjectType: 'booking', invitationId };
      },
    ],
    [
      'bulk-action.begun',
      async () => {
        const { id } = await booked();
        const form = { kind: 'cancel', asked: 'yes', cancellation_reason: 'The role was filled', booking_ids: [id] };
        const { headers } = await post(test.dana, '/app/bookings/bulk-actions', form);
        const subjectId = headers['location']!.split('/').at(-1)!;
        return { ...dana(), subjectType: 'bulk-action', subjectId, after: { kind: 'cancel', count: 1 } };
      },
    ],
    [
      'sign-in.done',
      async () => {
        await signIn(test.ben.email, testPassword);
        return { who: 'person', whoId: test.ben.actor.userId, after: { means: 'password' } };
      },
    ],
    [
      'sign-in.failed',
      async () => {
        const before = await newest();
        await signIn(test.ben.email, 'another horse', 422);
        await until(
          () => notedSince(before, 'sign-in.failed'),
          (noted) => noted.length > 0,
        );
        return { who: 'nobody', whoId: null, subjectType: 'person', subjectId: test.ben.actor.userId };
      },
    ],
    [
      'sign-out.done',
      async () => {
        const { agent, as } = await newcomer('Olga');
        await agent.post('/sign-out').expect(303);
        return as;
      },
    ],
    [
      'password.changed',
      async () => {
        const { agent, as } = await newcomer('Pia');
        const form = { currentPassword: testPassword, newPassword: 'a quite new battery' };
        await agent.post('/app/account/password').type('form').send(form).expect(303);
        return { ...as, before: null, after: null };
      },
    ],
    [
      'sessions.ended',
      async () => {
        const { agent, as } = await newcomer('Quin');
        await agent.post('/app/account/sessions/revocation').expect(303);
        return as;
      },
    ],
    [
      'factor.turned-on',
      async () => {
        const { id, as } = await newcomer('Rosa');
        await turnOnFactor(test, { actor: { ...test.acme, userId: id } });
        return { ...as, after: null };
      },
    ],
    [
      'factor.turned-off',
      async () => {
        const id = await idOf(`select id from users where name = 'Rosa'`);
        await test.app.get(SecondFactors).remove(id);
        return { who: 'person', whoId: id };
      },
    ],
    [
      'member.invited',
      async () => {
        await post(test.asha, '/app/settings/members/invites', { email: 'sam@acme.example', role: 'viewer' });
        const subjectId = await idOf('select id from member_invites where org_id = $1', [test.acme.orgId]);
        return { ...asha(), subjectType: 'member-invite', subjectId, after: { role: 'viewer' } };
      },
    ],
    [
      'member.role-changed',
      async () => {
        const id = await idOf(`select id from users where name = 'Rosa'`);
        await test.app.get(Memberships).changeRole(test.asha.actor, id, 'viewer');
        return { ...asha(), subjectId: id, before: { role: 'scheduler' }, after: { role: 'viewer' } };
      },
    ],
    [
      'member.disabled',
      async () => {
        const id = await idOf(`select id from users where name = 'Rosa'`);
        await test.app.get(Memberships).disable(test.asha.actor, id);
        await test.app.get(Memberships).disable(test.asha.actor, id);
        return { ...asha(), subjectType: 'person', subjectId: id };
      },
    ],
    [
      'member.removed',
      async () => {
        const id = await idOf(`select id from users where name = 'Rosa'`);
        await test.app.get(Memberships).remove(test.asha.actor, id);
        return { ...asha(), subjectId: id, before: { role: 'viewer' } };
      },
    ],
    [
      'access.denied',
      async () => {
        await test.ben.agent.post('/app/assessments').type('form').send({ title: 'x' }).expect(403);
        const after = { route: 'POST /app/assessments', needs: 'scheduler' };
        return { who: 'person', whoId: test.ben.actor.userId, after };
      },
    ],
    [
      'cal-com.disconnected',
      async () => {
        await post(test.asha, '/app/settings/cal-com/disconnection');
        return asha();
      },
    ],
  ];

  it.each(deeds)('notes %s once, with who and what', async (action, deed) => {
    const before = await newest();
    const expected = await deed();
    expect(await notedSince(before, action)).toEqual([expect.objectContaining(expected)]);
  });

  it('has nothing in it that must not be there after all this', async () => {
    const [{ text }] = await test.db.query<[{ text: string }]>(
      `select string_agg(to_jsonb(a)::text, ' ') text from activity a`,
    );
    const candidates = await test.db.query<{ name: string; email: string }[]>('select name, email from invitations');
    const words = candidates.flatMap(({ name, email }) => [name, email]);
    const links = await test.db.query<{ token: string; ref: string }[]>('select token, ref from booking_links');
    const secrets = [testPassword, token, test.sandbox.apiKey, ...links.flatMap((link) => [link.token, link.ref])];
    const said = ['Ida is ill', 'The panel is full', 'call me on', 'She wrote to us', 'The role was filled'];
    expect([...words, ...secrets, ...said].filter((word) => text.includes(word))).toEqual([]);
    expect(text).not.toContain('@');
  });

  it('notes only so many failed sign-ins and refusals', async () => {
    const before = await newest();
    for (let tries = 0; tries < 40; tries += 1) {
      await test.dana.agent.get(path).expect(403);
      test.app.get(SignInActivity).noteFailed(null);
    }
    const noted = () =>
      test.db.query<{ denied: number; failed: number }[]>(
        `select count(*) filter (where action = 'access.denied')::int denied,
                count(*) filter (where action = 'sign-in.failed' and org_id is null and who = 'nobody')::int failed
           from activity where id > $1`,
        [before],
      );
    await until(noted, ([counts]) => counts!.failed >= 30);
    expect(await noted()).toEqual([{ denied: 30, failed: 30 }]);
  });

  it('notes a link for each candidate, and ten thousand of them in a moment', async () => {
    const ids = await test.db.query<{ id: string }[]>(
      `insert into invitations (org_id, assessment_id, name, email, status)
       select $1, (select id from assessments where org_id = $1 limit 1), 'Many ' || n, 'many' || n || '@people.example', 'submitted'
         from generate_series(1, 10000) n returning id`,
      [test.acme.orgId],
    );
    const before = await newest();
    const startedAt = Date.now();
    const choice = { eventTypeId: 1, lengthInMinutes: null, onExisting: 'reuse' } as const;
    const invitationIds = ids.map(({ id }) => id);
    await test.app.get(BookingLinksService).generate(test.dana.actor, invitationIds, choice);
    expect(Date.now() - startedAt).toBeLessThan(4_000);
    const noted = await notedSince(before, 'link.made');
    expect(new Set(noted.map(({ invitationId }) => invitationId))).toEqual(new Set(invitationIds));
    expect(await notedSince(before, 'links.made')).toMatchObject([{ ...dana(), after: { count: 10_000 } }]);
    expect(rowsOf(await page())[0]).toContain('Dana Ruiz');
    expect(rowsOf(await page())[0]).toContain('made 10,000 booking links');
  });

  describe('stays as it is', () => {
    it.each(['update activity set who_id = null', 'delete from activity', 'truncate activity'])(
      'against %s, by the owner of the table too',
      async (statement) => {
        const count = async () => (await test.db.query<{ count: string }[]>('select count(*) from activity'))[0]!.count;
        const before = await count();
        await expect(test.db.query(statement)).rejects.toThrow('stays as it is');
        await expect(
          test.db.transaction(async (manager) => {
            await manager.query(`set local session_replication_role = 'replica'`);
            await manager.query(statement);
          }),
        ).rejects.toThrow('stays as it is');
        expect(await count()).toBe(before);
      },
    );

    it('when the candidate is erased, whose name is nowhere then', async () => {
      const [person] = await test.candidates(1);
      const { invitationId, name } = person!;
      const about = `?about=candidate:${invitationId}`;
      expect((await page(about))('tbody').text()).toContain(`made a booking link for ${name}`);
      await test.db.query('delete from invitations where id = $1', [invitationId]);
      const $ = await page(about);
      expect(rowsOf($)).toEqual(['Interlude made a booking link for an erased candidate']);
      expect($('main').text()).not.toContain(name);
      expect(await csv(about)).toContain('"Interlude made a booking link for an erased candidate"');
    });

    it('and leaves no trace of what was rolled back', async () => {
      const before = await newest();
      const failing = test.db.transaction(async (manager) => {
        await recordActivity(manager, test.acme, { action: 'keys.rotated' });
        throw new Error('on purpose');
      });
      await expect(failing).rejects.toThrow('on purpose');
      expect(await notedSince(before, 'keys.rotated')).toEqual([]);
    });
  });

  describe('is shown', () => {
    it('as sentences with what was before, the thing, and the settings it can be found under', async () => {
      const $ = await page('?kind=settings');
      expect($('h1').text()).toBe('Settings');
      expect($('.pills a[aria-current=page]').text()).toBe('Activity');
      const rows = rowsOf($);
      expect(rows[0]).toBe('Asha Menon disconnected Cal.com');
      expect(rows).toContain('Asha Menon changed how long booking links work Booking link days: 14 → 20');
      expect(rows.find((row) => row.includes('saved the connection'))).toMatch(/Key: none → changed: …\w{4} /);
      const row = $('tr:contains("saved a new version of the template Second round")');
      expect(row.find('td:last-child a').attr('href')).toBe('/app/settings/templates/second_round');
      expect(row.find('td').first().text()).toMatch(/^Today, \d\d:\d\d$/);
    });

    it('by what, who, when and about which thing, and keeps that from page to page', async () => {
      expect(rowsOf(await page(`?who=person:${test.ben.actor.userId}`))).toContainEqual(
        expect.stringContaining('Ben Okri was refused what the role does not allow'),
      );
      const byToken = await page(`?who=token:${await idOf(`select id from api_tokens where name = 'Platform'`)}`);
      expect(rowsOf(byToken)[0]).toMatch(/^API token Platform booked an interview for /);
      expect(byToken('#who option[selected]').text()).toBe('API token Platform');
      expect(rowsOf(await page('?who=candidate')).length).toBe(5);
      const tomorrow = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
      expect(rowsOf(await page(`?from=${tomorrow}`))).toEqual([]);
      expect(rowsOf(await page(`?to=${tomorrow}&kind=tokens`)).length).toBe(3);
      const sends = await page('?about=template:second_round');
      expect(rowsOf(sends).length).toBe(4);
      expect(sends('main').text()).toContain('Only what is about Second round');
      const first = await page('?kind=each-link');
      expect(rowsOf(first).length).toBe(50);
      const next = first('a[rel=next]').attr('href')!;
      expect(next).toMatch(/^\/app\/settings\/activity\?kind=each-link&after=\d+$/);
      const second = await page(next.slice(path.length));
      expect(rowsOf(second).length).toBe(50);
      expect(rowsOf(second).filter((row) => rowsOf(first).includes(row))).toEqual([]);
      const back = await page(second('a[rel=prev]').attr('href')!.slice(path.length));
      expect(rowsOf(back)).toEqual(rowsOf(first));
    });

    it.each([
      '?kind=constructor&who=x&from=2026-02-31&to=now&about=a:b:c&after=1e9&before=-1',
      '?kind[]=settings&who[a]=b&from=1&from=2&about=candidate:1',
      `?after=999999999999999999&who=person:${unknown}`,
    ])('whatever stands in the address: %s', async (query) => {
      await page(query);
    });

    it('to admins alone, and not to another organization', async () => {
      for (const { agent } of [test.ben, test.dana]) {
        await agent.get(path).expect(403);
        await agent.get(`${path}/export.csv`).expect(403);
      }
      await test.visitor().get(path).expect(303);
      expect(rowsOf(await page('', test.cleo)).filter((row) => !row.startsWith('Cleo'))).toEqual([]);
      expect(await csv('', test.cleo)).not.toContain('Asha');
      const [own] = (await test.app.get(Activities).list(test.acme, nothing, { limit: 1 })).rows;
      expect(rowsOf(await page(`?after=${own!.id}`, test.cleo))).toEqual([]);
    });
  });

  describe('is exported', () => {
    it('as a file that a program for tables opens as text', async () => {
      const evil = '=HYPERLINK("https://evil.example","Click")';
      await test.db.query('update users set name = $2 where id = $1', [test.dana.actor.userId, evil]);
      const answer = await test.asha.agent.get(`${path}/export.csv?kind=sends`).buffer(true).expect(200);
      await test.db.query('update users set name = $2 where id = $1', [test.dana.actor.userId, 'Dana Ruiz']);
      expect(answer.headers['content-type']).toBe('text/csv; charset=utf-8');
      expect(answer.headers['content-disposition']).toMatch(
        /^attachment; filename="activity-acme-\d{4}-\d\d-\d\d\.csv"$/,
      );
      const lines = answer.text.split('\r\n');
      expect(lines[0]).toMatch(/^\uFEFF"at","local_time","who",/);
      expect(lines[1]).toContain(`"'=HYPERLINK(""https://evil.example"",""Click"")","person"`);
      expect(answer.text).not.toMatch(/(^|,)"?=/m);
      expect(lines.filter((line) => line.includes('send.')).length).toBe(lines.length - 3);
    });

    it('whole, however long it is, and says who took it along', async () => {
      const before = await newest();
      const lines = (await csv('?kind=each-link')).trimEnd().split('\r\n');
      const [{ count }] = await test.db.query<[{ count: number }]>(
        `select count(*)::int count from activity where action = 'link.made' and org_id = $1`,
        [test.acme.orgId],
      );
      expect(lines.length).toBe(count + 1);
      expect(new Set(lines).size).toBe(lines.length);
      expect(await notedSince(before, 'activity.exported')).toMatchObject([asha()]);
    });
  });
});

const nothing = { area: null, who: null, about: null, from: null, until: null };
