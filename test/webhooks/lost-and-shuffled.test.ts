import { randomBytes } from 'node:crypto';
import type { Booking } from '../../src/sandbox/booking.js';
import { parseBookingInput } from '../../src/sandbox/booking-input.js';
import type { Delivery } from '../../src/sandbox/webhook-sender.js';
import { BookingLinksService } from '../../src/scheduling/links/booking-links.service.js';
import { rowsAsTold, storedRows } from '../support/booking-rows.js';
import { startBookings, type BookingsTest } from '../support/bookings.js';
import { calComSignature, type CalComEndpoint } from '../support/cal-com-webhook.js';
import { until } from '../support/until.js';
import { Dice } from '../torture/dice.js';

const people = 500;
const atOnce = 25;
const plain = 1;
const asksFirst = 5;

interface Candidate {
  readonly invitationId: string;
  readonly name: string;
  readonly email: string;
  readonly ref: string;
  readonly eventTypeId: number;
}

describe('500 bookings, while webhooks are lost, doubled, shuffled and forged', () => {
  let test: BookingsTest;
  let endpoint: CalComEndpoint;

  beforeAll(async () => {
    test = await startBookings();
    const [webhook] = await until(
      () => test.sandbox.state.webhooks,
      (webhooks) => webhooks.length === 1,
    );
    endpoint = { path: new URL(webhook!.subscriberUrl).pathname, secret: webhook!.secret! };
  });
  afterAll(() => test.stop());

  it('ends with the rows that Cal.com has', async () => {
    const dice = new Dice(20261123);
    const owners = await live(dice);
    const { deliveries } = test.sandbox;
    const arriving = shuffled(
      deliveries.flatMap((delivery) => copies(delivery, dice)),
      dice,
    );
    expect(deliveries.length).toBeGreaterThan(people);

    await inTurns(arriving, async (delivery, index) => {
      if (index % 20 === 0) {
        await forge(arriving[(index + 1) % arriving.length]!);
      }
      expect(await post(delivery.body, delivery.signature)).toBe(200);
    });
    await until(waitingHints, (count) => count === 0, 180_000);

    const uids = test.sandbox.state.bookings.map(({ uid }) => uid);
    expect((await storedRows(test.db, test.acme, null)).length).toBeLessThan(uids.length);
    expect(await test.sync.reconcile(test.acme)).toMatchObject({ kind: 'done' });
    expect(await storedRows(test.db, test.acme, null)).toEqual(rowsAsTold(test.sandbox.state.bookings, owners));
    expect(await statuses()).toEqual(expectedStatuses(owners));
  }, 300_000);

  /** Everybody books; some move it, some call it off, and where the host is asked first, most are confirmed. */
  async function live(chance: Dice): Promise<Map<string, string>> {
    const { desk, state } = test.sandbox;
    const host = state.hosts[0]!;
    const owners = new Map<string, string>();
    await inTurns(await linkedPeople(), async (candidate) => {
      const dice = chance.for(candidate.email);
      let booking = await desk.book(bookingOf(candidate));
      owners.set(booking.uid, candidate.invitationId);
      if (booking.status === 'pending') {
        const answer = dice.roll();
        if (answer < 0.7) {
          await desk.confirm(booking.uid, host);
        } else if (answer < 0.9) {
          await desk.decline(booking.uid, 'Another time, please', host);
        }
      }
      while (booking.status !== 'rejected' && dice.roll() < 0.3) {
        const start = test.freeStart();
        booking = await desk.reschedule(
          booking.uid,
          { start, reason: null, rescheduledBy: null },
          dice.roll() < 0.5 ? host : null,
        );
        owners.set(booking.uid, candidate.invitationId);
      }
      if (booking.status !== 'rejected' && dice.roll() < 0.2) {
        await desk.cancel(booking.uid, 'Ill', dice.roll() < 0.5 ? host : null);
      }
    });
    return owners;
  }

  function bookingOf({ name, email, ref, eventTypeId }: Candidate) {
    const input = {
      start: test.freeStart().toISOString(),
      eventTypeId,
      attendee: { name, email, timeZone: 'Asia/Kathmandu' },
      metadata: { interlude: ref },
    };
    return parseBookingInput(input, test.sandbox.state);
  }

  async function linkedPeople(): Promise<Candidate[]> {
    const rows = await test.db.query<{ id: string }[]>(
      `insert into invitations (org_id, assessment_id, name, email)
       select $1, (select id from assessments where org_id = $1 order by id limit 1),
              'Person ' || n, 'person-' || n || '@people.example'
         from generate_series(1, $2) n returning id`,
      [test.acme.orgId, people],
    );
    const ids = rows.map(({ id }) => id);
    const links = test.app.get(BookingLinksService);
    const choice = { lengthInMinutes: null, onExisting: 'reuse' as const };
    await links.generate(test.acme, ids.slice(0, people / 2), { ...choice, eventTypeId: plain });
    await links.generate(test.acme, ids.slice(people / 2), { ...choice, eventTypeId: asksFirst });
    return test.db.query<Candidate[]>(
      `select i.id "invitationId", i.name, i.email, l.ref, l.event_type_id::float8 "eventTypeId"
         from invitations i join booking_links l on l.invitation_id = i.id where i.id = any($1)`,
      [ids],
    );
  }

  /** 30 % are lost, 30 % come twice: a copy of Cal.com's own differs in its time and with it in its signature. */
  function copies(delivery: Delivery, dice: Dice): Pick<Delivery, 'body' | 'signature'>[] {
    const fate = dice.roll();
    if (fate < 0.3) {
      return [];
    }
    const event = JSON.parse(delivery.body) as { createdAt: string };
    const later = new Date(Date.parse(event.createdAt) + 1).toISOString();
    const body = JSON.stringify({ ...event, createdAt: later });
    return fate < 0.6 ? [delivery, { body, signature: calComSignature(body, endpoint.secret) }] : [delivery];
  }

  /** As somebody would who knows our address and has seen a webhook, but not the secret. */
  async function forge({ body }: { body: string }): Promise<void> {
    const event = JSON.parse(body) as { payload: object };
    const lie = JSON.stringify({
      ...event,
      triggerEvent: 'BOOKING_CANCELLED',
      payload: { ...event.payload, status: 'CANCELLED', startTime: '2031-01-01T00:00:00Z' },
    });
    const signatures = [
      '',
      'no-secret-provided',
      calComSignature(lie, ''),
      calComSignature(lie, randomBytes(32).toString('hex')),
    ];
    for (const signature of signatures) {
      expect(await post(lie, signature)).toBe(401);
    }
  }

  async function post(body: string, signature: string): Promise<number> {
    const headers = { 'Content-Type': 'application/json', 'X-Cal-Signature-256': signature };
    const answer = await fetch(`${test.url}${endpoint.path}`, { method: 'POST', headers, body });
    await answer.arrayBuffer();
    return answer.status;
  }

  async function waitingHints(): Promise<number> {
    const [row] = await test.db.query<{ count: number }[]>(
      `select ((select count(*) from webhook_deliveries where handled_at is null)
             + (select count(*) from pgboss.job where name = 'booking-hint' and state in ('created', 'retry', 'active')))::int
              count`,
    );
    return row!.count;
  }

  /** Of the 500, as the Scheduling page and the JSON API tell them. */
  async function statuses(): Promise<Record<string, number>> {
    const found: string[] = [];
    let cursor: string | undefined;
    do {
      const query = { q: 'person-', limit: 200, ...(cursor && { cursor }) };
      const answer = await test.asha.agent.get('/api/admin/scheduling/candidates').query(query).expect(200);
      const page = answer.body as { data: { scheduling_status: string }[]; next_cursor: string | undefined };
      found.push(...page.data.map((row) => row.scheduling_status));
      cursor = page.next_cursor ?? undefined;
    } while (cursor);
    return counted(found);
  }

  function expectedStatuses(owners: ReadonlyMap<string, string>): Record<string, number> {
    const open = (booking: Booking) => booking.status === 'accepted' || booking.status === 'pending';
    const booked = new Set(test.sandbox.state.bookings.filter(open).map(({ uid }) => owners.get(uid)!));
    return counted(
      [...new Set(owners.values())].map((invitationId) => (booked.has(invitationId) ? 'booked' : 'cancelled')),
    );
  }
});

function counted(words: readonly string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(words, (word) => word)].map(([word, each]) => [word, each.length]));
}

async function inTurns<T>(all: readonly T[], act: (each: T, index: number) => Promise<unknown>): Promise<void> {
  for (let first = 0; first < all.length; first += atOnce) {
    await Promise.all(all.slice(first, first + atOnce).map((each, place) => act(each, first + place)));
  }
}

function shuffled<T>(all: readonly T[], dice: Dice): T[] {
  return all
    .map((each) => ({ each, place: dice.roll() }))
    .toSorted((a, b) => a.place - b.place)
    .map(({ each }) => each);
}
