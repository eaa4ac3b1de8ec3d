import { mailFrom, nameAndAddress } from './mail-from.js';

describe('what a mail says it is from', () => {
  it.each([
    [null, 'Interlude <interviews@acme.example>'],
    ['', 'Interlude <interviews@acme.example>'],
    ['Acme Hiring', 'Acme Hiring <interviews@acme.example>'],
    ['Müller & Söhne', 'Müller & Söhne <interviews@acme.example>'],
    ['株式会社アクメ', '株式会社アクメ <interviews@acme.example>'],
    ['Acme, Inc.', '"Acme, Inc." <interviews@acme.example>'],
    ['Hiring (Acme): tech; sales', '"Hiring (Acme): tech; sales" <interviews@acme.example>'],
  ])('with the sender name %j', (name, from) => {
    expect(mailFrom('Interlude <interviews@acme.example>', name)).toBe(from);
    if (name) {
      expect(mailFrom('interviews@acme.example', name)).toBe(from);
      expect(nameAndAddress(from)).toEqual({ name, address: 'interviews@acme.example' });
    }
  });
});
