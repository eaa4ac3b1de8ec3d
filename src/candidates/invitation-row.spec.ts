import * as fc from 'fast-check';
import { InvitationReader, type InvitationValues } from './invitation-row.js';
import { invitationStatuses } from './invitation.entity.js';

const reader = new InvitationReader('Europe/Berlin');
const ada = { name: 'Ada Lovelace', email: 'ada@example.com', assessment: 'Backend' };
const row = (values: InvitationValues) => {
  const read = reader.read({ ...ada, ...values });
  return read.ok ? read.row : read.reason;
};

describe('InvitationReader', () => {
  it('reads a whole row', () => {
    const values = {
      status: ' Submitted ',
      submitted_at: '2026-11-20',
      time_zone: 'Asia/Kathmandu',
      external_id: ' A-1 ',
      name: ' Ada  Lovelace ',
    };
    expect(row(values)).toEqual({
      ...ada,
      status: 'submitted',
      submittedAt: new Date('2026-11-19T23:00:00Z'),
      timeZone: 'Asia/Kathmandu',
      externalId: 'A-1',
    });
  });

  it('leaves unsaid what is absent or empty', () => {
    const unsaid = { ...ada, status: null, submittedAt: null, timeZone: null, externalId: null };
    expect(row({})).toEqual(unsaid);
    expect(row({ status: ' ', submitted_at: '', time_zone: '\t', external_id: '' })).toEqual(unsaid);
  });

  it.each(invitationStatuses)('knows the status %s', (status) => expect(row({ status })).toMatchObject({ status }));

  it.each([
    ['UTC', 'UTC'],
    ['gmt', 'UTC'],
    ['europe/berlin', 'Europe/Berlin'],
    ['Asia/Kolkata', 'Asia/Kolkata'],
    ['America/Argentina/Ushuaia', 'America/Argentina/Ushuaia'],
  ])('takes the zone %s for %s', (time_zone, timeZone) => expect(row({ time_zone })).toMatchObject({ timeZone }));

  it.each([
    [{ name: ' ' }, 'The name is missing.'],
    [{ email: '' }, 'The e-mail address is missing.'],
    [{ assessment: '' }, 'The assessment is missing.'],
    [{ email: 'ada' }, '"ada" is not an e-mail address'],
    [{ email: 'ada@example.com\r\nBcc: eve@example.com' }, '"ada@example.com··Bcc: eve@example.com" is not'],
    [{ name: 'Ada\r\nBcc: eve@example.com' }, 'The name contains a line break'],
    [{ name: '=cmd()' }, 'The name begins with "="'],
    [{ assessment: 'x'.repeat(201) }, 'The assessment is longer than 200 characters.'],
    [{ external_id: 'x'.repeat(201) }, 'The external_id is longer than 200 characters.'],
    [{ external_id: 'a\nb' }, 'The external_id contains a line break'],
    [{ status: 'done' }, 'The status "done" is unknown; write one of invited, started, submitted, reviewed, closed.'],
    [{ submitted_at: 'soon' }, 'The submitted_at "soon" is not a date'],
    [{ submitted_at: '2026-11-20T10:00' }, 'has no offset'],
    [{ time_zone: 'Mars/Olympus' }, 'The time zone "Mars/Olympus" is unknown'],
    [{ time_zone: 'EST' }, 'The time zone "EST" is unknown'],
    [{ time_zone: '+05:30' }, 'The time zone "+05:30" is unknown'],
  ])('refuses %j', (values, reason) => expect(row(values)).toEqual(expect.stringContaining(reason)));

  it('names every fault of a row', () => {
    expect(row({ name: '', email: 'x', status: 'y' })).toMatch(/name is missing.*"x" is not.*status "y"/);
  });

  it('gives for any values a clean row or a reason of one line', () => {
    const cell = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.string({ unit: fc.constantFrom('a', '@', '.', '\n', '=', '/') }),
    );
    const values = fc.record({
      name: cell,
      email: cell,
      assessment: cell,
      status: cell,
      submitted_at: cell,
      time_zone: cell,
      external_id: cell,
    });
    const oneOk = fc.record({ name: cell, external_id: cell }).map((some) => ({ ...ada, ...some }));
    fc.assert(
      fc.property(fc.oneof(values, oneOk), (any) => {
        const read = reader.read(any);
        const texts = read.ok
          ? [read.row.name, read.row.assessment, read.row.email, read.row.externalId ?? '']
          : [read.reason];
        for (const text of texts) {
          expect(text).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u);
        }
      }),
      { numRuns: 500 },
    );
  });
});
