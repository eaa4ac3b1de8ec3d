import * as cheerio from 'cheerio';
import type { SchedulingTest } from './scheduling.js';

export interface LinkedCandidate {
  readonly invitationId: string;
  readonly linkId: string;
  readonly token: string;
  readonly name: string;
  readonly path: string;
}

/** The next candidate without a link, with a new one; of the first event type unless told. */
export async function linkedCandidate(test: SchedulingTest, eventType?: string): Promise<LinkedCandidate> {
  const [id] = await test.ids(1);
  const page = cheerio.load((await test.asha.agent.get('/app/scheduling').expect(200)).text);
  await test.asha.agent
    .post('/app/scheduling/booking-links')
    .type('form')
    .send({ invitation_ids: [id], event_type_id: eventType ?? page('#event_type_id option').first().attr('value') })
    .expect(303);
  const [link] = await test.db.query<{ linkId: string; token: string; name: string }[]>(
    `select l.id "linkId", l.token, i.name from booking_links l join invitations i on i.id = l.invitation_id where i.id = $1`,
    [id],
  );
  return { ...link!, invitationId: id!, path: `/i/${link!.token}` };
}

let booked = 0;

/** As if Cal.com had told of it. */
export async function storeBooking(
  test: SchedulingTest,
  { invitationId }: LinkedCandidate,
  { status = 'confirmed', start = '2026-12-01T09:00:00Z', end = '2026-12-01T09:30:00Z' } = {},
): Promise<string> {
  booked += 1;
  const uid = `stored-${booked}`;
  await test.db.query(
    `insert into cal_com_bookings (org_id, invitation_id, booking_id, booking_url, status, start_time, end_time,
                                   attendee_time_zone, host_name, location, matched_by)
     values ($1, $2, $3, $4, $5, $6, $7, 'Asia/Seoul', 'Asha Menon', 'https://meet.example/abc', 'ref')`,
    [test.acme.orgId, invitationId, uid, `${test.sandbox.url}/booking/${uid}`, status, start, end],
  );
  return uid;
}

export async function expire(test: SchedulingTest, { linkId }: LinkedCandidate): Promise<void> {
  await test.db.query('update booking_links set expires_at = clock_timestamp() where id = $1', [linkId]);
}

export async function openPage(test: SchedulingTest, path: string, status = 200): Promise<cheerio.CheerioAPI> {
  const answer = await test.visitor().get(path).expect(status);
  return cheerio.load(answer.text);
}

export function wordsOf($: cheerio.CheerioAPI, selector = 'main'): string {
  return $(selector).text().replace(/\s+/g, ' ').trim();
}
