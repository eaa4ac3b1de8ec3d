import { calComOptions, type CalComOptions } from '../../src/cal-com/cal-com-options.js';
import type { CalComBooking } from '../../src/cal-com/cal-com-booking.entity.js';
import { seedCandidates } from '../../src/candidates/seed-candidates.js';
import type { Booking } from '../../src/sandbox/booking.js';
import { parseBookingInput } from '../../src/sandbox/booking-input.js';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import { BookingRecordsService } from '../../src/scheduling/bookings/booking-records.service.js';
import { BookingSyncService } from '../../src/scheduling/bookings/sync/booking-sync.service.js';
import {
  BOOKING_SYNC_TIMINGS,
  type BookingSyncTimings,
} from '../../src/scheduling/bookings/sync/booking-sync-timings.js';
import { FollowHintsJob } from '../../src/scheduling/bookings/sync/follow-hints.job.js';
import { BookingLinksService } from '../../src/scheduling/links/booking-links.service.js';
import type { Actor } from '../../src/shared/actor.js';
import { startApp, type TestApp } from './app.js';

export interface LinkedCandidate {
  readonly invitationId: string;
  readonly name: string;
  readonly email: string;
  readonly ref: string;
  readonly eventTypeId: number;
}

export interface BookingsTest extends TestApp {
  readonly sandbox: Sandbox;
  readonly sync: BookingSyncService;
  /** The next candidates without a link, each with a new one. */
  candidates(count: number, options?: { actor?: Actor; eventTypeId?: number }): Promise<LinkedCandidate[]>;
  /** A start within the working hours of the sandbox's hosts; each call another one. */
  freeStart(): Date;
  /** As on Cal.com's own page: with the ref that our link put into the address, unless told otherwise. */
  bookOnPage(candidate: LinkedCandidate, changes?: { ref?: string | null; eventTypeId?: number }): Promise<Booking>;
  /** What a webhook makes of itself: a look at the API. */
  hint(uid: string, trigger: string, actor?: Actor): Promise<void>;
  stored(uid: string, actor?: Actor): Promise<CalComBooking | null>;
  /** As the JSON API tells it. */
  schedulingStatus(candidate: LinkedCandidate): Promise<string>;
}

export async function startBookings(environment: Record<string, string> = {}): Promise<BookingsTest> {
  const sandbox = await startSandbox({ requestsPerMinute: 1_000_000 });
  const test = await startApp({
    CAL_COM_API_URL: sandbox.apiUrl,
    CAL_COM_API_KEY: sandbox.apiKey,
    CAL_COM_REQUESTS_PER_MINUTE: '10000',
    CAL_COM_ALLOWED_HOSTS: '127.0.0.1',
    // Nobody listens there: what a webhook tells, the test passes on itself.
    PUBLIC_URL: 'http://127.0.0.1:9',
    ...environment,
  });
  const { app, db, acme } = test;
  Object.assign(app.get<CalComOptions>(calComOptions), { readRetryDelaysMs: [5] });
  Object.assign(app.get<BookingSyncTimings>(BOOKING_SYNC_TIMINGS), { lookAgainAfterMs: [20, 50, 100] });
  await seedCandidates(db, acme, new Date());
  const starts = workingHours();
  const records = app.get(BookingRecordsService);
  return {
    ...test,
    sandbox,
    sync: app.get(BookingSyncService),
    candidates: (count, { actor = acme, eventTypeId = 1 } = {}) => linked(test, actor, count, eventTypeId),
    freeStart: () => starts.next().value as Date,
    bookOnPage: (candidate, { ref = candidate.ref, eventTypeId = candidate.eventTypeId } = {}) => {
      const input = {
        start: (starts.next().value as Date).toISOString(),
        eventTypeId,
        attendee: { name: candidate.name, email: candidate.email, timeZone: 'Europe/Berlin' },
        metadata: ref === null ? {} : { interlude: ref },
      };
      return sandbox.desk.book(parseBookingInput(input, sandbox.state));
    },
    hint: (uid, trigger, actor = acme) =>
      app.get(FollowHintsJob).follow({ orgId: actor.orgId, bookingId: uid, trigger, deliveryId: '' }),
    stored: (uid, actor = acme) => records.find(actor, uid),
    schedulingStatus: async ({ invitationId, name }) => {
      const answer = await test.asha.agent
        .get('/api/admin/scheduling/candidates')
        .query({ q: name, limit: 100 })
        .expect(200);
      const rows = (answer.body as { data: { invitation_id: string; scheduling_status: string }[] }).data;
      return rows.find((row) => row.invitation_id === invitationId)!.scheduling_status;
    },
    stop: async () => {
      await test.stop();
      await sandbox.stop();
    },
  };
}

async function linked(test: TestApp, actor: Actor, count: number, eventTypeId: number): Promise<LinkedCandidate[]> {
  const picked = await test.db.query<{ id: string }[]>(
    `select id from invitations i
      where org_id = $1 and not exists (select 1 from booking_links where invitation_id = i.id) order by id limit $2`,
    [actor.orgId, count],
  );
  const ids = picked.map(({ id }) => id);
  const choice = { eventTypeId, lengthInMinutes: null, onExisting: 'reuse' as const };
  await test.app.get(BookingLinksService).generate(actor, ids, choice);
  return test.db.query<LinkedCandidate[]>(
    `select i.id "invitationId", i.name, i.email, l.ref, l.event_type_id::float8 "eventTypeId"
       from invitations i join booking_links l on l.invitation_id = i.id
      where i.id = any($1::uuid[]) order by i.id`,
    [ids],
  );
}

/** Hours within the working day of Berlin, in winter and summer alike, from in three days on. */
function* workingHours(): Generator<Date> {
  const day = new Date();
  day.setUTCHours(0, 0, 0, 0);
  day.setUTCDate(day.getUTCDate() + 2);
  for (;;) {
    day.setUTCDate(day.getUTCDate() + 1);
    if (day.getUTCDay() % 6 === 0) {
      continue;
    }
    for (let hour = 8; hour < 15; hour += 1) {
      yield new Date(day.getTime() + hour * 3_600_000);
    }
  }
}
