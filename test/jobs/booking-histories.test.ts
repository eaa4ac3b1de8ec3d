import * as fc from 'fast-check';
import type { Booking } from '../../src/sandbox/booking.js';
import {
  BOOKING_SYNC_TIMINGS,
  type BookingSyncTimings,
} from '../../src/scheduling/bookings/sync/booking-sync-timings.js';
import { startBookings, type BookingsTest, type LinkedCandidate } from '../support/bookings.js';
import { rowsAsTold, storedRows } from '../support/booking-rows.js';

/** One thing that happens at Cal.com; the number picks the candidate or the booking it happens to. */
type Deed =
  | { readonly kind: 'book'; readonly at: number; readonly asks: boolean; readonly bare: boolean }
  | { readonly kind: 'move'; readonly at: number; readonly bare: boolean }
  | { readonly kind: 'cancel' | 'confirm' | 'decline'; readonly at: number };

interface Hint {
  readonly uid: string;
  readonly trigger: string;
}

const place = fc.nat(100);
const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('book'), at: place, asks: fc.boolean(), bare: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('move'), at: place, bare: fc.boolean() }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constantFrom('cancel', 'confirm', 'decline'), at: place }) },
) as fc.Arbitrary<Deed>;

const history = fc.record({
  deeds: fc.array(deed, { minLength: 1, maxLength: 10 }),
  /** Whether each webhook arrives, is lost or arrives twice, and where in the queue. */
  fates: fc.array(fc.record({ times: fc.constantFrom(0, 1, 1, 2), place: fc.double({ noNaN: true }) }), {
    minLength: 40,
    maxLength: 40,
  }),
  /** Whether a pass runs in the middle of it all as well. */
  passBetween: fc.boolean(),
});

describe('any history of bookings', () => {
  let test: BookingsTest;
  let people: LinkedCandidate[];
  let askedPeople: LinkedCandidate[];

  beforeAll(async () => {
    test = await startBookings();
    // Otherwise every pass reads the histories before it once more.
    Object.assign(test.app.get<BookingSyncTimings>(BOOKING_SYNC_TIMINGS), { overlapMs: 500, lookAgainAfterMs: [] });
    people = await test.candidates(3);
    askedPeople = await test.candidates(3, { eventTypeId: 5 });
  });
  afterAll(() => test.stop());

  /** Carries a deed out where Cal.com allows it, and answers which webhooks tell of it. */
  async function carryOut(each: Deed, made: { booking: Booking; owner: LinkedCandidate | null }[]): Promise<Hint[]> {
    const { desk, state } = test.sandbox;
    const host = state.hosts[0]!;
    if (each.kind === 'book') {
      const owner = (each.asks ? askedPeople : people)[each.at % 3]!;
      const booking = await test.bookOnPage(owner, each.bare ? { ref: null } : {});
      made.push({ booking, owner: each.bare ? null : owner });
      return [{ uid: booking.uid, trigger: each.asks ? 'BOOKING_REQUESTED' : 'BOOKING_CREATED' }];
    }
    const known = made[each.at % made.length];
    if (!known) {
      return [];
    }
    const { booking, owner } = known;
    switch (each.kind) {
      case 'move': {
        if (booking.status === 'cancelled' || booking.status === 'rejected') {
          return [];
        }
        const moved = await desk.reschedule(
          booking.uid,
          { start: test.freeStart(), reason: null, rescheduledBy: null },
          each.bare ? null : host,
        );
        Object.assign(moved, each.bare ? { metadata: {} } : {});
        made.push({ booking: moved, owner });
        return [{ uid: moved.uid, trigger: moved.status === 'pending' ? 'BOOKING_REQUESTED' : 'BOOKING_RESCHEDULED' }];
      }
      case 'cancel':
        if (booking.status === 'cancelled') {
          return [];
        }
        await desk.cancel(booking.uid, 'Ill', host);
        return [{ uid: booking.uid, trigger: 'BOOKING_CANCELLED' }];
      case 'confirm':
      case 'decline':
        if (booking.status !== 'pending') {
          return [];
        }
        await (each.kind === 'confirm' ? desk.confirm(booking.uid, host) : desk.decline(booking.uid, null, host));
        return [{ uid: booking.uid, trigger: each.kind === 'confirm' ? 'BOOKING_CREATED' : 'BOOKING_REJECTED' }];
    }
  }

  it('leaves our rows as Cal.com has them, whatever was lost, doubled or late', async () => {
    await fc.assert(
      fc.asyncProperty(history, async ({ deeds, fates, passBetween }) => {
        const made: { booking: Booking; owner: LinkedCandidate | null }[] = [];
        const told: Hint[] = [];
        for (const each of deeds) {
          told.push(...(await carryOut(each, made)));
        }
        const arriving = told
          .flatMap((hint, index) => Array.from({ length: fates[index]!.times }, (_, copy) => ({ hint, index, copy })))
          .toSorted((a, b) => fates[a.index + a.copy]!.place - fates[b.index + b.copy]!.place);
        for (const [index, { hint }] of arriving.entries()) {
          await test.hint(hint.uid, hint.trigger);
          if (passBetween && index === Math.floor(arriving.length / 2)) {
            await test.sync.reconcile(test.acme);
          }
        }
        await test.sync.reconcile(test.acme);
        const owners = new Map(made.map(({ booking, owner }) => [booking.uid, owner?.invitationId ?? null]));
        const uids = [...owners.keys()];
        expect(await storedRows(test.db, test.acme, uids)).toEqual(
          rowsAsTold(
            made.map(({ booking }) => booking),
            owners,
          ),
        );
      }),
      { numRuns: 40, endOnFailure: true },
    );
  }, 240_000);
});
