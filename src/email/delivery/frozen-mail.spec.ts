import { frozenMail } from './frozen-mail.js';

describe('a frozen mail', () => {
  const mail = { subject: 'Your interview', html: '<p>Hello</p>', text: 'Hello\n' };
  const frozen = (bookingLink: string | null | undefined, kind: 'invitation' | 'confirmation' = 'invitation') =>
    frozenMail(
      {
        id: 'e1',
        kind,
        toAddress: 'mina@people.example',
        replyTo: null,
        senderName: null,
        templateValues: bookingLink === undefined ? null : { booking_link: bookingLink },
      },
      mail,
      'Acme <interviews@acme.example>',
    );

  it('offers the way out of further mail in one click', () => {
    expect(frozen('https://interviews.acme.example/i/abc').headers).toEqual({
      'X-Entity-Ref-ID': 'e1',
      'List-Unsubscribe': '<https://interviews.acme.example/i/abc/unsubscribe>',
      'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
    });
  });

  it('is no bulk mail where it confirms a booking, and names no list to leave', () => {
    expect(frozen('https://interviews.acme.example/i/abc', 'confirmation').headers).toEqual({
      'X-Entity-Ref-ID': 'e1',
    });
  });

  it.each([
    undefined,
    null,
    '',
    'javascript:alert(1)',
    'https://a.example/i/x>, <mailto:all@evil.example',
    'https://a.example/i/x\r\nBcc: all@evil.example',
    'https://a.example/i/x, https://evil.example',
  ])('offers none for the link %j, which is none', (link) => {
    expect(frozen(link).headers).toEqual({ 'X-Entity-Ref-ID': 'e1' });
  });
});
