import * as cheerio from 'cheerio';
import {
  expire,
  linkedCandidate,
  openPage,
  storeBooking,
  wordsOf,
  type LinkedCandidate,
} from '../../support/candidate-page.js';
import { startScheduling, type SchedulingTest } from '../../support/scheduling.js';

describe('the candidate’s page', () => {
  let test: SchedulingTest;
  let candidate: LinkedCandidate;

  beforeAll(async () => {
    test = await startScheduling();
  });
  afterAll(() => test.stop());
  beforeEach(async () => {
    candidate = await linkedCandidate(test);
  });

  const heading = async (status = 200) => (await openPage(test, candidate.path, status))('h1').text();
  const post = (what: string, body: object = {}) =>
    test.visitor().post(`${candidate.path}/${what}`).type('form').send(body);
  const requests = () =>
    test.db.query<{ kind: string; settled: boolean }[]>(
      `select kind, settled_at is not null settled from candidate_requests where invitation_id = $1 order by created_at`,
      [candidate.invitationId],
    );
  const schedulingStatus = async () => {
    const answer = await test.asha.agent
      .get(`/api/admin/scheduling/candidates?q=${encodeURIComponent(candidate.name)}`)
      .expect(200);
    const { data } = answer.body as { data: { invitation_id: string; scheduling_status: string }[] };
    return data.find((row) => row.invitation_id === candidate.invitationId)!.scheduling_status;
  };
  const storeOver = async () => {
    await storeBooking(test, candidate, { start: '2026-01-05T09:00:00Z', end: '2026-01-05T09:30:00Z' });
    await test.db.query(`update booking_links set created_at = '2026-01-02' where id = $1`, [candidate.linkId]);
  };
  const queueMail = async () => {
    const page = await openPage(test, candidate.path);
    expect(page('a.btn-primary')).toHaveLength(1);
    const answer = await test.asha.agent
      .post('/app/scheduling/sends')
      .type('form')
      .send({
        invitation_ids: [candidate.invitationId],
        event_type_id: (
          await test.db.query<{ id: string }[]>('select event_type_id id from booking_links where id = $1', [
            candidate.linkId,
          ])
        )[0]!.id,
      })
      .expect(303);
    const id = answer.headers['location']!.split('/').at(-1)!;
    await test.db.query(`update emails set state = 'queued', due_at = now() + interval '1 hour' where send_id = $1`, [
      id,
    ]);
    return async () =>
      (
        await test.db.query<{ state: string; reason_code: string }[]>(
          'select state, reason_code from emails where send_id = $1',
          [id],
        )
      )[0];
  };

  it('shows a booking with zone, offset and Cal.com’s own pages for a change', async () => {
    const uid = await storeBooking(test, candidate);
    const $ = await openPage(test, candidate.path);
    expect(wordsOf($)).toContain('You are booked');
    expect(wordsOf($)).toContain('18:00–18:30 Seoul, UTC+9');
    expect(wordsOf($)).toContain('With Asha Menon');
    expect($('a[href="https://meet.example/abc"]').text()).toBe('Video call on meet.example');
    expect($(`a[href="${test.sandbox.url}/reschedule/${uid}"]`)).toHaveLength(1);
    expect($(`a[href="${test.sandbox.url}/booking/${uid}?cancel=true"]`)).toHaveLength(1);
    expect($('form')).toHaveLength(0);
  });

  it('says that a pending booking waits for a yes, even on an expired link of somebody who declined', async () => {
    await storeBooking(test, candidate, { status: 'pending' });
    await expire(test, candidate);
    await test.db.query('update invitations set declined_at = now() where id = $1', [candidate.invitationId]);
    expect(wordsOf(await openPage(test, candidate.path))).toContain('Waits to be confirmed');
  });

  it('offers no change of an interview that is over', async () => {
    await storeOver();
    const $ = await openPage(test, candidate.path);
    expect(wordsOf($)).toContain('This interview is over');
    expect($('a.btn')).toHaveLength(0);
    await post('decline').expect(303);
    expect(await schedulingStatus()).toBe('booked');
  });

  it('lets whoever is invited again after an interview choose, or decline', async () => {
    await storeOver();
    const draft = await test.asha.agent
      .post('/api/admin/scheduling/send-emails')
      .send({ invitation_ids: [candidate.invitationId] });
    expect(draft.body).toMatchObject({ queued: 0, skipped: [{ reason: 'interviewed' }] });
    const sent = await test.asha.agent
      .post('/api/admin/scheduling/send-emails')
      .send({ invitation_ids: [candidate.invitationId], include_recent: true });
    expect(sent.body).toMatchObject({ queued: 1, skipped: [] });
    await test.settled(sent.body.send_id as string);
    expect((await openPage(test, candidate.path))('a.btn-primary')).toHaveLength(1);
    await post('decline').expect(303);
    await openPage(test, candidate.path, 410);
  });

  it.each([
    ['cancelled', 'Your interview on Tue 1 Dec, 18:00 UTC+9 was cancelled.'],
    ['rejected', 'Acme could not confirm Tue 1 Dec, 18:00 UTC+9.'],
  ])('offers to choose again after a booking was %s', async (status, words) => {
    await storeBooking(test, candidate, { status });
    const $ = await openPage(test, candidate.path);
    expect($('h1').text()).toBe('Choose a new time for your interview');
    expect(wordsOf($).replace(' 2026', '')).toContain(words);
    expect($('a.btn-primary').attr('href')).toContain(test.sandbox.url);
  });

  it('takes one request for a new link once the link has expired, and tells the admin', async () => {
    await post('new-link-request').expect(303);
    expect(await requests()).toEqual([]);
    await expire(test, candidate);
    const $ = await openPage(test, candidate.path, 410);
    expect($('form').attr('action')).toBe(`${candidate.path}/new-link-request`);
    await post('new-link-request').expect(303);
    await post('new-link-request').expect(303);
    expect(await requests()).toEqual([{ kind: 'new_link', settled: false }]);
    expect(await heading(410)).toBe('You asked for a new link');
    const list = await test.asha.agent.get('/app/scheduling?needs_attention=yes').expect(200);
    expect(list.text).toContain('Asks for a new link');
    expect(wordsOf(cheerio.load(list.text))).toContain(candidate.name);
  });

  it('asks once more before somebody declines, and looking changes nothing', async () => {
    const asked = await openPage(test, `${candidate.path}/decline`);
    expect(asked('h1').text()).toBe('You no longer want the interview?');
    expect(asked('form').attr('action')).toBe(`${candidate.path}/decline`);
    expect(asked('form').attr('method')).toBe('post');
    await test.visitor().head(`${candidate.path}/decline`).expect(200);
    expect(await requests()).toEqual([]);
    expect(await heading()).toBe('Choose a time for your interview');
  });

  it('closes the link of who declines, holds waiting mail back, and an admin may reopen it', async () => {
    const mail = await queueMail();
    await post('decline').expect(303).expect('Location', candidate.path);
    await post('decline').expect(303);
    expect(await heading(410)).toBe('You no longer want the interview');
    expect(await mail()).toEqual({ state: 'skipped', reason_code: 'declined' });
    expect(await schedulingStatus()).toBe('declined');
    expect(await requests()).toEqual([{ kind: 'declined', settled: false }]);
    await test.visitor().get(`${candidate.path}/other-times`).expect(303);
    await post('other-times', { note: 'After all' }).expect(303);
    expect(await requests()).toHaveLength(1);
    const reopening = `/app/scheduling/candidates/${candidate.invitationId}/reopening`;
    await test.ben.agent.post(reopening).expect(403);
    await test.cleo.agent.post(reopening).expect(404);
    await test
      .visitor()
      .post(reopening)
      .expect(303)
      .expect('Location', /^\/sign-in/);
    const list = await test.dana.agent.get('/app/scheduling?scheduling_status=declined').expect(200);
    expect(list.text).toContain(reopening);
    await test.dana.agent.post(reopening).expect(303);
    expect(await heading()).toBe('Choose a time for your interview');
    expect(await requests()).toEqual([{ kind: 'declined', settled: true }]);
  });

  it('cancels no interview silently: says to do that first, and changes nothing', async () => {
    const uid = await storeBooking(test, candidate);
    const $ = await openPage(test, `${candidate.path}/decline`);
    expect($('h1').text()).toBe('Cancel your interview first');
    expect($('form')).toHaveLength(0);
    expect($('a.btn-primary').attr('href')).toBe(`${test.sandbox.url}/booking/${uid}?cancel=true`);
    await post('decline').expect(409);
    expect(await requests()).toEqual([]);
    expect(await schedulingStatus()).toBe('booked');
  });

  it('takes a decline from an expired link, and none from a replaced one', async () => {
    await expire(test, candidate);
    await post('decline').expect(303);
    expect(await schedulingStatus()).toBe('declined');
    candidate = await linkedCandidate(test);
    await test.db.query('update booking_links set revoked_at = now() where id = $1', [candidate.linkId]);
    await post('decline').expect(303);
    expect(await heading(410)).toBe('This link was replaced');
    expect(await requests()).toEqual([]);
  });

  it('takes no post from another site, and one without an origin', async () => {
    for (const what of ['decline', 'other-times', 'new-link-request']) {
      await post(what, { note: 'x' }).set('Origin', 'https://evil.example').expect(403);
      await post(what, { note: 'x' }).set('Origin', 'null').expect(403);
    }
    expect(await requests()).toEqual([]);
    const bare = await fetch(`${test.url}${candidate.path}/decline`, { method: 'POST', redirect: 'manual' });
    expect(bare.status).toBe(303);
    expect(await schedulingStatus()).toBe('declined');
  });

  it('has the same answer for every unknown link, and asks Cal.com for nothing', async () => {
    const before = test.sandbox.requests.length;
    for (const path of ['decline', 'other-times']) {
      await test
        .visitor()
        .get(`/i/${'x'.repeat(22)}/${path}`)
        .expect(404);
      await test.visitor().get(`/i/sample/${path}`).expect(200);
    }
    for (const path of ['decline', 'other-times', 'new-link-request']) {
      await test
        .visitor()
        .post(`/i/${'x'.repeat(22)}/${path}`)
        .expect(404);
      await test
        .visitor()
        .post(`/i/sample/${path}`)
        .expect((answer) => expect(answer.text).toContain('sample link'));
    }
    await heading();
    const answer = await test.visitor().get(`${candidate.path}/decline`).expect(200);
    expect(answer.headers['referrer-policy']).toBe('same-origin');
    expect(test.sandbox.requests.length).toBe(before);
  });
});
