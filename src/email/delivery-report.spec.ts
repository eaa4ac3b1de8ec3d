import * as fc from 'fast-check';
import { dated, isWithProvider, standingAfter, type DatedReport, type Standing } from './delivery-report.js';

const noon = new Date('2026-11-23T12:00:00Z');
const minutes = (count: number) => new Date(noon.getTime() + count * 60_000);
const report = (told: Partial<DatedReport>): DatedReport => ({
  emailId: null,
  providerId: 'p1',
  state: 'accepted',
  reasonCode: null,
  reason: null,
  suppression: null,
  receivedAt: minutes(60),
  at: noon,
  sentAt: noon,
  ...told,
});
const standing = (known: Partial<Standing>): Standing => ({
  state: 'accepted',
  reasonCode: null,
  reason: null,
  providerId: 'p1',
  sentAt: noon,
  stateAt: noon,
  ...known,
});
const open: Partial<Standing>[] = [
  { state: 'sending', providerId: null, sentAt: null },
  { state: 'unknown', providerId: null, reasonCode: 'no_answer', reason: 'It may or may not have gone out.' },
  { state: 'queued', providerId: null },
  { state: 'queued', providerId: 'p0' },
  { state: 'failed', providerId: null, reasonCode: 'refused' },
  { state: 'cancelled', providerId: null },
];

describe('what reports make of an email', () => {
  it('is the same in every order and with every repetition', () => {
    const told = fc.oneof(
      fc.constantFrom<Partial<DatedReport>>(
        { state: 'accepted' },
        { state: 'delayed', reason: 'Later.' },
        { state: 'failed', reasonCode: 'provider_failed', reason: 'No.' },
        { state: 'suppressed', reasonCode: 'previous_bounce', reason: 'Came back before.' },
        { state: 'delivered' },
        { state: 'complained', reason: 'Spam.' },
      ),
      fc.record({
        state: fc.constant('bounced' as const),
        reasonCode: fc.constantFrom('bounce_transient', 'bounce_undetermined', 'bounce_permanent'),
        reason: fc.constantFrom('Full.', 'Gone.', null),
      }),
    );
    const set = fc.array(
      fc.tuple(told, fc.integer({ min: 0, max: 3 })).map(([words, at]) => report({ ...words, at: minutes(at) })),
      { minLength: 1, maxLength: 6 },
    );
    const orders = set.chain((reports) =>
      fc.tuple(
        fc.constant(reports),
        fc
          .shuffledSubarray([...reports, ...reports], { minLength: reports.length })
          .map((some) => [...some, ...reports]),
      ),
    );
    const start = fc.constantFrom(standing({ stateAt: minutes(1) }), ...open.map(standing));
    fc.assert(
      fc.property(start, orders, (before, [reports, again]) => {
        const inOrder = reports.reduce(standingAfter, before);
        expect(again.reduce(standingAfter, before)).toEqual(inOrder);
      }),
    );
  });

  it.each([
    ['accepted', 'delivered', null],
    ['accepted', 'delayed', null],
    ['delayed', 'failed', null],
    ['delayed', 'suppressed', null],
    ['suppressed', 'delivered', null],
    ['delayed', 'delivered', null],
    ['delivered', 'bounced', 'bounce_transient'],
    ['delivered', 'complained', null],
    ['bounced', 'complained', null],
  ] as const)('lets %s become %s, and not the other way round', (weaker, stronger, reasonCode) => {
    const up = standingAfter(standing({ state: weaker }), report({ state: stronger, reasonCode }));
    expect(up).toMatchObject({ state: stronger, reasonCode });
    const later = report({ state: weaker, at: minutes(5) });
    expect(standingAfter(up, later)).toBe(up);
  });

  it('keeps the earlier of two reports that say the same', () => {
    const later = standing({ state: 'delayed', reason: 'Later.', stateAt: minutes(2) });
    const soon = report({ state: 'delayed', reason: 'Soon.', at: minutes(1) });
    expect(standingAfter(later, soon)).toMatchObject({ reason: 'Soon.', stateAt: minutes(1) });
    expect(standingAfter(later, { ...soon, at: minutes(3) })).toBe(later);
  });

  it('lets a permanent bounce stand above a transient one', () => {
    const transient = standing({ state: 'bounced', reasonCode: 'bounce_transient' });
    const permanent = report({ state: 'bounced', reasonCode: 'bounce_permanent' });
    expect(standingAfter(transient, permanent).reasonCode).toBe('bounce_permanent');
    const complained = standingAfter(standingAfter(transient, permanent), report({ state: 'complained' }));
    expect(complained.state).toBe('complained');
  });

  it.each(open)('takes a report as the proof that it went out: %j', (before) => {
    const after = standingAfter(standing(before), report({ at: minutes(2), sentAt: minutes(1) }));
    expect(after).toEqual(standing({ sentAt: minutes(1), stateAt: minutes(2) }));
    expect(isWithProvider(after)).toBe(true);
  });

  it.each(['draft', 'skipped', 'cancelled'] as const)(
    'believes no report about a %s mail that was never tried',
    (state) => {
      const before = standing({ state, providerId: null, sentAt: null });
      expect(standingAfter(before, report({ state: 'delivered' }))).toBe(before);
    },
  );
});

describe('the times of a report', () => {
  const told = { ...report({}), receivedAt: minutes(10) };

  it('are the provider’s where they make sense', () => {
    expect(dated({ ...told, at: minutes(2), sentAt: minutes(1) }, noon)).toMatchObject({
      at: minutes(2),
      sentAt: minutes(1),
    });
  });

  it.each([null, minutes(11), minutes(-1)])('are when we were told in place of %s', (nonsense) => {
    expect(dated({ ...told, at: nonsense, sentAt: nonsense }, noon)).toMatchObject({
      at: minutes(10),
      sentAt: minutes(10),
    });
  });
});
