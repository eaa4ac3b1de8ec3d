import { isEmailAddress } from './email-address.js';

describe('isEmailAddress', () => {
  it.each([
    'ada@example.com',
    'Ada.Lovelace+jobs@mail.example.co.uk',
    "o'connor@example.org",
    'x@xn--mnchen-3ya.example',
    '1@2-3.example',
  ])('accepts %s', (address) => expect(isEmailAddress(address)).toBe(true));

  it.each([
    '',
    'ada',
    'ada@',
    '@example.com',
    'ada@example',
    'ada@localhost',
    'ada@@example.com',
    'a b@example.com',
    'ada@exa mple.com',
    'ada@example.com ',
    'ada@example.com\n',
    'ada@example.com\r\nBcc: eve@example.com',
    'ada\u0000@example.com',
    'Ada <ada@example.com>',
    'ada@example.com,eve@example.com',
    '.ada@example.com',
    'ada.@example.com',
    'a..da@example.com',
    'ada@-example.com',
    'ada@example-.com',
    'ada@example.123',
    'ada@münchen.example',
    'äda@example.com',
    '"ada"@example.com',
    'ada@[127.0.0.1]',
    `${'a'.repeat(65)}@example.com`,
    `ada@${'a'.repeat(64)}.com`,
    `ada@${'abcdefghi.'.repeat(30)}com`,
  ])('refuses %j', (address) => expect(isEmailAddress(address)).toBe(false));
});
