import { warningAsText, warningFromText, warningsOf } from './event-type-warnings.js';

const plain = { bookingUrl: 'https://cal.com/acme/interview' };

describe('warningsOf', () => {
  it('has nothing to say about a plain event type, however its settings are switched off', () => {
    const off = { disabled: true };
    expect(warningsOf(plain)).toEqual([]);
    expect(warningsOf({ ...plain, confirmationPolicy: off, seats: off, recurrence: null, price: 0 })).toEqual([]);
    expect(warningsOf({ ...plain, disableCancelling: { disabled: false }, disableRescheduling: null })).toEqual([]);
  });

  it.each([
    ['needs-confirmation', { confirmationPolicy: { type: 'always' } }],
    ['verifies-email', { requiresBookerEmailVerification: true }],
    ['requires-sign-in', { bookingRequiresAuthentication: true }],
    ['seats', { seats: { disabled: false, seatsPerTimeSlot: 2 } }],
    ['seats', { seatsPerTimeSlot: 2 }],
    ['recurring', { recurrence: { interval: 1, occurrences: 3, frequency: 'weekly' } }],
    ['paid', { price: 50 }],
    ['no-cancelling', { disableCancelling: { disabled: true } }],
    ['no-rescheduling', { disableRescheduling: true }],
    ['hidden', { hidden: true }],
  ])('warns of %s', (code, setting) => {
    expect(warningsOf({ ...plain, ...setting })).toEqual([{ code }]);
  });

  it('names each required question, and none of the questions every event type asks', () => {
    const bookingFields = [
      { isDefault: true, slug: 'title', required: true, hidden: true },
      { isDefault: true, slug: 'email', required: true },
      { isDefault: false, slug: 'role', label: 'Role', required: true, hidden: false },
      { isDefault: false, slug: 'phone', required: true },
      { isDefault: false, slug: 'notes', label: 'Notes', required: false },
    ];
    expect(warningsOf({ ...plain, bookingFields })).toEqual([
      { code: 'required-question', subject: 'Role' },
      { code: 'required-question', subject: 'phone' },
    ]);
  });
});

describe('a stored warning', () => {
  it.each([
    ['needs-confirmation', { code: 'needs-confirmation' }],
    ['required-question: Role: which one?', { code: 'required-question', subject: 'Role: which one?' }],
  ] as const)('%s', (text, warning) => {
    expect(warningAsText(warning)).toBe(text);
    expect(warningFromText(text)).toEqual(warning);
  });
});
