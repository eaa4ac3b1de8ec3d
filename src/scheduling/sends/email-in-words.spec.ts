import { emailInWords } from './email-in-words.js';
import { emailBadges } from './send-badges.js';
import { skipReasons } from './skip-reasons.js';

describe('what became of a mail, in words', () => {
  const told = (state: string, reasonCode: string | null = null, reason: string | null = null) =>
    emailInWords({ state, reasonCode, reason });

  it.each(Object.keys(emailBadges))('%s has words of its own, whatever else is known', (state) => {
    expect(told(state)).toMatch(/\.$/);
    expect(Object.keys(emailBadges).filter((other) => told(other) === told(state))).toEqual([state]);
  });

  it('tells the provider’s reason, and what follows from a bounce', () => {
    expect(told('failed', 'refused', 'Resend refused it: Invalid `to` field.')).toBe(
      'Resend refused it: Invalid `to` field.',
    );
    expect(told('bounced', 'bounce_transient', 'The mailbox is full.')).toBe(
      'The mailbox is full. Trying again later often helps.',
    );
    expect(told('bounced', 'bounce_permanent')).toContain('until it is corrected');
    expect(told('bounced', 'bounce_undetermined')).toContain('not clear');
  });

  it.each(Object.keys(skipReasons))('says why a mail was skipped: %s', (code) => {
    expect(told('skipped', code)).toBe(skipReasons[code]!.why);
  });
});
