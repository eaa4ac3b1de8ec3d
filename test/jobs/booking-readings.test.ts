import * as fc from 'fast-check';
import type { CalBooking } from '../../src/cal-com/cal-booking.js';
import { BookingRecordsService } from '../../src/scheduling/bookings/booking-records.service.js';
import { startApp, type TestApp } from '../support/app.js';

const bookingStart = new Date('2026-12-01T09:00:00Z');
const attendee = { name: 'Mina Park', email: 'mina@people.example', timeZone: 'Asia/Seoul', absent: false };

/** One thing that Cal.com could be seen to say; a no-show leaves the time of the change where it is. */
interface Version {
  readonly status: CalBooking['status'];
  readonly absent: boolean;
  readonly changes: boolean;
}

const versions = fc.array(
  fc.record({
    status: fc.constantFrom<CalBooking['status']>('pending', 'accepted', 'cancelled', 'rejected'),
    absent: fc.boolean(),
    changes: fc.boolean(),
  }),
  { minLength: 1, maxLength: 6 },
);

describe('answers about one booking that arrive out of order', () => {
  let test: TestApp;
  let records: BookingRecordsService;

  beforeAll(async () => {
    test = await startApp();
    records = test.app.get(BookingRecordsService);
  });
  afterAll(() => test.stop());

  it('leave what was said last', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(versions, fc.array(fc.nat(100), { minLength: 8, maxLength: 8 }), async (said, order) => {
        run += 1;
        const uid = `booking-${run}`;
        const answers = asAnswers(uid, said);
        const arriving = answers
          .map((answer, index) => ({ answer, place: order[index]! }))
          .toSorted((a, b) => a.place - b.place);
        for (const { answer } of arriving) {
          await records.record(test.acme, answer.booking, null, answer.readAt);
        }
        const last = answers.at(-1)!;
        const { status, readAt, calUpdatedAt } = (await records.find(test.acme, uid))!;
        const isNoShow = last.booking.status === 'accepted' && last.booking.attendees[0]!.absent;
        const word = last.booking.status === 'accepted' ? 'confirmed' : last.booking.status;
        expect({ status, readAt, calUpdatedAt }).toEqual({
          status: isNoShow ? 'no_show' : word,
          readAt: last.readAt,
          calUpdatedAt: last.booking.updatedAt,
        });
      }),
      { numRuns: 60 },
    );
  });

  it('believes an answer of much later even where Cal.com turned its clock back', async () => {
    const [before, after] = asAnswers('restored', [
      { status: 'accepted', absent: false, changes: true },
      { status: 'cancelled', absent: false, changes: true },
    ]);
    await records.record(test.acme, after!.booking, null, after!.readAt);
    const muchLater = new Date(after!.readAt.getTime() + 3_600_000);
    await records.record(test.acme, before!.booking, null, muchLater);
    expect((await records.find(test.acme, 'restored'))!.status).toBe('confirmed');
  });

  it('keeps what a person decided, whatever else is said', async () => {
    const [answer] = asAnswers('decided', [{ status: 'accepted', absent: false, changes: true }]);
    const [mina, noor] = await invite(test, ['Mina', 'Noor']);
    await records.record(test.acme, answer!.booking, { invitationId: mina!, matchedBy: 'person' });
    await records.record(test.acme, answer!.booking, { invitationId: noor!, matchedBy: 'ref' });
    expect(await records.find(test.acme, 'decided')).toMatchObject({ invitationId: mina, matchedBy: 'person' });
  });

  it('knows a booking of our own as such, even if a webhook was quicker than the answer to making it', async () => {
    const [answer] = asAnswers('own', [{ status: 'accepted', absent: false, changes: true }]);
    const [sami] = await invite(test, ['Sami']);
    const later = new Date(answer!.readAt.getTime() + 500);
    await records.record(test.acme, answer!.booking, { invitationId: sami!, matchedBy: 'ref' }, later);
    await records.record(test.acme, answer!.booking, { invitationId: sami!, matchedBy: 'api' }, answer!.readAt);
    expect(await records.find(test.acme, 'own')).toMatchObject({ invitationId: sami, matchedBy: 'api' });
  });

  it('dates what was over when we first heard of it by Cal.com, so that mails since count as later', async () => {
    const [answer] = asAnswers('over', [{ status: 'cancelled', absent: false, changes: true }]);
    const stored = await records.record(test.acme, answer!.booking, null);
    expect(stored.updatedAt).toEqual(answer!.booking.updatedAt);
  });
});

/** Read one after the other, a second apart. */
function asAnswers(uid: string, said: readonly Version[]): { booking: CalBooking; readAt: Date }[] {
  const firstReadMs = Date.now() - 20_000;
  let changedMs = firstReadMs - 10_000;
  return said.map((version, index) => {
    // Without a change of its own, only who came can differ from the version before.
    const isAllowed = version.changes || index === 0 || said[index - 1]!.status === version.status;
    changedMs += isAllowed && !version.changes && index > 0 ? 0 : 100;
    return { booking: bookingOf(uid, version, new Date(changedMs)), readAt: new Date(firstReadMs + index * 1_000) };
  });
}

function bookingOf(uid: string, { status, absent }: Version, updatedAt: Date): CalBooking {
  return {
    uid,
    status,
    title: 'Interview',
    start: bookingStart,
    end: new Date(bookingStart.getTime() + 1_800_000),
    eventTypeId: 1,
    location: null,
    hosts: [],
    attendees: [{ ...attendee, absent }],
    absentHost: false,
    metadata: {},
    cancellationReason: null,
    rescheduledFromUid: null,
    rescheduledToUid: null,
    createdAt: updatedAt,
    updatedAt,
  };
}

async function invite({ db, acme }: TestApp, names: readonly string[]): Promise<string[]> {
  const rows = await db.query<{ id: string }[]>(
    `with a as (insert into assessments (org_id, title) values ($1, 'Skills of ' || ($2::text[])[1]) returning id)
     insert into invitations (org_id, assessment_id, name, email)
     select $1, a.id, name, lower(name) || '@people.example' from a, unnest($2::text[]) name returning id`,
    [acme.orgId, names],
  );
  return rows.map(({ id }) => id);
}
