import { describeCalComFailure, unavailable } from './cal-com-failure.js';
import { rejectionFrom } from './rejection.js';

const now = new Date('2026-11-23T13:02:00Z');

describe('describeCalComFailure', () => {
  it.each([
    [{ kind: 'unauthorized' } as const, 'Cal.com does not accept this key.'],
    [unavailable('unreachable'), 'Cal.com cannot be reached right now.'],
    [{ kind: 'rate-limited', until: new Date('2026-11-23T13:02:40Z') } as const, 'Try again in 40 seconds.'],
    [{ kind: 'rate-limited', until: new Date('2026-11-23T13:01:00Z') } as const, 'Try again in one second.'],
    [{ kind: 'rate-limited', until: new Date('2026-11-23T13:04:30Z') } as const, 'Try again in 3 minutes.'],
    [{ kind: 'not-found', what: 'booking' } as const, 'does not know this booking'],
    [{ kind: 'unknown-outcome' } as const, 'it may have happened or not'],
  ])('says what %j means', (failure, sentence) => {
    expect(describeCalComFailure(failure, now)).toContain(sentence);
  });

  it('never repeats what Cal.com wrote, which may hold what a person typed', () => {
    const rejection = rejectionFrom("Invalid option 'ann@example.org' for booking field 'role'", 400);
    expect(describeCalComFailure({ kind: 'rejected', ...rejection })).not.toContain('ann');
    expect(rejectionFrom('ann@example.org is odd', 400)).toEqual({
      code: 'other',
      reason: 'Cal.com refused this, without a reason that can be shown.',
    });
  });

  it('takes an unknown 403 for a lack of permission', () => {
    expect(rejectionFrom('Forbidden resource', 403).code).toBe('not-allowed');
  });
});
