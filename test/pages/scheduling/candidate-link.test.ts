import * as cheerio from 'cheerio';
import { startScheduling, type SchedulingTest } from '../../support/scheduling.js';

describe('the candidate’s link', () => {
  let test: SchedulingTest;

  beforeAll(async () => {
    test = await startScheduling();
  });
  afterAll(() => test.stop());

  const makeLink = async (eventTypeTitle = 'Interview · 30 min') => {
    const [id] = await test.ids(1);
    const page = cheerio.load((await test.asha.agent.get('/app/scheduling')).text);
    const eventType = page('#event_type_id option')
      .filter((_, option) => page(option).text() === eventTypeTitle)
      .attr('value')!;
    await test.asha.agent
      .post('/app/scheduling/booking-links')
      .type('form')
      .send({ invitation_ids: [id], event_type_id: eventType })
      .expect(303);
    const [link] = await test.db.query<{ token: string; ref: string; name: string; email: string }[]>(
      `select l.token, l.ref, i.name, i.email from booking_links l join invitations i on i.id = l.invitation_id where i.id = $1`,
      [id],
    );
    return { ...link!, invitationId: id! };
  };
  const opens = async (token: string) => {
    const [row] = await test.db.query<{ count: number }[]>(
      'select open_count count from booking_links where token = $1',
      [token],
    );
    return row!.count;
  };

  it('leads to Cal.com’s page with name, e-mail and the ref, and never tells the token', async () => {
    const link = await makeLink();
    const answer = await test.visitor().get(`/i/${link.token}`).expect(200);
    const href = new URL(cheerio.load(answer.text)('a.btn-primary').attr('href')!);
    expect(href.origin).toBe(test.sandbox.url);
    expect(href.searchParams.get('name')).toBe(link.name);
    expect(href.searchParams.get('email')).toBe(link.email);
    expect(href.searchParams.get('metadata[interlude]')).toBe(link.ref);
    expect(href.searchParams.has('duration')).toBe(false);
    const toOwnPages = new RegExp(`href="/i/${link.token}/(unsubscribe|other-times|decline)"`, 'g');
    expect(answer.text.match(toOwnPages)).toHaveLength(3);
    expect(answer.text.replace(toOwnPages, '')).not.toContain(link.token);
    expect(answer.headers['referrer-policy']).toBe('same-origin');
    expect((await fetch(href)).status).toBe(200);
  });

  it('asks for the length that was chosen where the type offers several', async () => {
    const link = await makeLink('Flexible · 15 min');
    const page = cheerio.load((await test.visitor().get(`/i/${link.token}`).expect(200)).text);
    expect(new URL(page('a.btn-primary').attr('href')!).searchParams.get('duration')).toBe('15');
    expect(page('main, body').text()).toContain('15 minutes');
  });

  it('is changed by nothing but a counter: GET counts, HEAD does not, a post is not there', async () => {
    const link = await makeLink();
    await test.visitor().head(`/i/${link.token}`).expect(200);
    expect(await opens(link.token)).toBe(0);
    await test.visitor().get(`/i/${link.token}`).expect(200);
    await test.visitor().get(`/i/${link.token}`).expect(200);
    expect(await opens(link.token)).toBe(2);
    await test.visitor().post(`/i/${link.token}`).expect(404);
    expect(test.sandbox.state.bookings).toHaveLength(0);
  });

  it('shows the booking in the candidate’s zone first, even after the link has expired', async () => {
    const link = await makeLink();
    await test.db.query(`update invitations set time_zone = 'Asia/Tokyo' where id = $1`, [link.invitationId]);
    await test.db.query(
      `insert into cal_com_bookings (org_id, invitation_id, booking_id, booking_url, status, start_time, end_time)
       values ($1, $2, 'uid-7', $3, 'confirmed', '2026-12-01T09:00:00Z', '2026-12-01T09:30:00Z')`,
      [test.acme.orgId, link.invitationId, `${test.sandbox.url}/booking/uid-7`],
    );
    await test.db.query(`update booking_links set expires_at = now() - interval '1 minute' where token = $1`, [
      link.token,
    ]);
    const page = cheerio.load((await test.visitor().get(`/i/${link.token}`).expect(200)).text);
    const words = page('body').text().replace(/\s+/g, ' ');
    expect(words).toContain('Tuesday 1 December 2026');
    expect(words).toContain('18:00–18:30');
    expect(words).toContain('UTC+9');
    expect(words).toContain('10:00 CET (UTC+1)');
    expect(page(`a[href="${test.sandbox.url}/reschedule/uid-7"]`)).toHaveLength(1);
    expect(page(`a[href="${test.sandbox.url}/booking/uid-7?cancel=true"]`)).toHaveLength(1);
  });

  it('says kindly that it is unknown, replaced or expired', async () => {
    const expired = await makeLink();
    const revoked = await makeLink();
    await test.db.query(`update booking_links set expires_at = now() where token = $1`, [expired.token]);
    await test.db.query(`update booking_links set revoked_at = now() where token = $1`, [revoked.token]);
    const heading = async (token: string, status: number) =>
      cheerio
        .load((await test.visitor().get(`/i/${token}`).expect(status)).text)('h1')
        .text();
    expect(await heading('nonsense', 404)).toBe('We do not know this link');
    expect(await heading(encodeURIComponent(`'; drop table booking_links; --`), 404)).toBe('We do not know this link');
    expect(await heading('%00', 404)).toBe('We do not know this link');
    expect(await heading(expired.token, 410)).toBe('This link has expired');
    expect(await heading(revoked.token, 410)).toBe('This link was replaced');
  });

  it('keeps a name that looks like code a name', async () => {
    const link = await makeLink();
    await test.db.query(`update invitations set name = $2 where id = $1`, [
      link.invitationId,
      `<script>alert(1)</script> {{x}}`,
    ]);
    const answer = await test.visitor().get(`/i/${link.token}`).expect(200);
    expect(answer.text).not.toContain('<script>alert');
    expect(answer.text).toContain('&lt;script&gt;');
  });
});
