import * as fc from 'fast-check';
import { resendReport } from './resend-report.js';

const id = '0b8f2f7e-6a55-4a0e-9d0c-6a2f5b0f7c11';
const receivedAt = new Date('2026-11-23T12:00:05Z');
const event = (type: string, data: object = {}) => ({
  type,
  created_at: '2026-11-23T12:00:03.500Z',
  data: { email_id: 're-1', created_at: '2026-11-23 12:00:01.126+00', tags: { email_id: id }, ...data },
});
const read = (type: string, data: object = {}) => resendReport(event(type, data), receivedAt);
const bounce = (type: unknown, subType?: unknown, more: object = {}) =>
  read('email.bounced', { bounce: { type, subType, ...more } });

describe('an event of Resend', () => {
  it('tells which mail, what, and when', () => {
    expect(read('email.delivered')).toEqual({
      emailId: id,
      providerId: 're-1',
      state: 'delivered',
      reasonCode: null,
      reason: null,
      suppression: null,
      receivedAt,
      at: new Date('2026-11-23T12:00:03.500Z'),
      sentAt: new Date('2026-11-23T12:00:01.126Z'),
    });
  });

  it.each([
    ['email.sent', 'accepted', null],
    ['email.delivery_delayed', 'delayed', null],
    ['email.complained', 'complained', 'complaint'],
    ['email.failed', 'failed', null],
    ['email.suppressed', 'suppressed', 'bounce'],
    ['email.bounced', 'bounced', null],
  ])('%s is %s', (type, state, suppression) => {
    expect(read(type)).toMatchObject({ state, suppression });
  });

  it.each(['email.opened', 'email.clicked', 'email.scheduled', 'email.received', 'domain.updated', 'constructor', ''])(
    '%j tells nothing that we keep',
    (type) => expect(read(type)).toBeNull(),
  );

  it.each([
    ['Permanent', 'NoEmail', 'bounce_permanent', 'bounce', 'No such mailbox'],
    ['Permanent', 'General', 'bounce_permanent', 'bounce', 'The mail server of the recipient refused it for good'],
    ['Permanent', 'Novel', 'bounce_permanent', 'bounce', 'The mail server of the recipient refused it for good'],
    ['Transient', 'MailboxFull', 'bounce_transient', null, 'The mailbox is full'],
    [
      'Transient',
      undefined,
      'bounce_transient',
      null,
      'The mail server of the recipient does not take it at the moment',
    ],
    ['Undetermined', 'Undetermined', 'bounce_undetermined', null, 'It came back, and nobody said why'],
    ['constructor', '__proto__', 'bounce_undetermined', null, 'It came back, and nobody said why'],
    [null, 7, 'bounce_undetermined', null, 'It came back, and nobody said why'],
  ])('a bounce of type %s, %s', (type, subType, reasonCode, suppression, words) => {
    expect(bounce(type, subType)).toMatchObject({ state: 'bounced', reasonCode, suppression, reason: `${words}.` });
  });

  it('says what the mail server said, on one line of at most 300 characters', () => {
    const message = 'The email account\r\nthat you tried to reach\u0000 does not exist.';
    expect(bounce('Permanent', 'NoEmail', { message })?.reason).toBe(
      'No such mailbox: The email account that you tried to reach does not exist.',
    );
    const diagnosticCode = ['smtp; 552 5.2.2 Over quota'];
    expect(bounce('Transient', 'MailboxFull', { message, diagnosticCode })?.reason).toBe(
      'The mailbox is full: 552 5.2.2 Over quota.',
    );
    const long = bounce('Transient', 'MailboxFull', { message: '😀'.repeat(500) })?.reason ?? '';
    expect(long.length).toBeLessThanOrEqual(300);
    expect(long.isWellFormed()).toBe(true);
  });

  it.each([
    [{ reason: 'previous_complaint' }, 'complaint', 'previous_complaint'],
    [{ reason: 'previous_bounce' }, 'bounce', 'previous_bounce'],
    [{ type: 'OnAccountSuppressionList', message: 'On the list' }, 'bounce', 'previous_bounce'],
    [undefined, 'bounce', 'previous_bounce'],
  ])('a suppression for %j', (suppressed, suppression, reasonCode) => {
    expect(read('email.suppressed', { suppressed })).toMatchObject({ suppression, reasonCode });
  });

  it.each([
    ['reached_daily_quota', 'The daily quota at Resend was used up.'],
    ['domain_not_verified', 'Resend could not send it: domain not verified.'],
    [undefined, 'Resend could not send it.'],
  ])('a failure for %s', (reason, words) => {
    expect(read('email.failed', { failed: { reason } })?.reason).toBe(words);
  });

  it.each([
    ['a map of tags', { tags: { email_id: id } }, id],
    ['a list of tags', { tags: [{ name: 'x', value: 'y' }, null, { name: 'email_id', value: id.toUpperCase() }] }, id],
    ['a header', { tags: undefined, headers: [{ name: 'x-entity-ref-id', value: id }] }, id],
    ['a header, where the tag is nonsense', { tags: { email_id: '1' }, headers: { 'X-Entity-Ref-ID': id } }, id],
    ['nothing', { tags: null, headers: 7 }, null],
  ])('finds our id in %s', (_, data, emailId) => {
    expect(read('email.sent', data)?.emailId).toBe(emailId);
  });

  it('is nothing without the id that Resend gave', () => {
    expect(read('email.sent', { email_id: undefined })).toBeNull();
    expect(read('email.sent', { email_id: ['re-1'] })).toBeNull();
  });

  it('has no time where that is nonsense', () => {
    const nonsense = { ...event('email.sent', { created_at: 5 }), created_at: 'soon' };
    expect(resendReport(nonsense, receivedAt)).toMatchObject({ at: null, sentAt: null });
  });

  it('never fails, whatever it says', () => {
    const types = fc.constantFrom(
      'email.sent',
      'email.bounced',
      'email.failed',
      'email.suppressed',
      'email.complained',
    );
    const parts = { email_id: fc.anything(), tags: fc.anything(), headers: fc.anything(), created_at: fc.anything() };
    const told = { bounce: fc.anything(), failed: fc.anything(), suppressed: fc.anything() };
    const data = fc.oneof(fc.anything(), fc.record({ ...parts, ...told }));
    fc.assert(
      fc.property(fc.record({ type: types, created_at: fc.anything(), data }), (anything) => {
        expect(() => resendReport(anything, receivedAt)).not.toThrow();
      }),
    );
    fc.assert(fc.property(fc.anything(), (anything) => expect(resendReport(anything, receivedAt)).toBeNull()));
  });
});
