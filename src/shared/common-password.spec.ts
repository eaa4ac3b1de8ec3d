import { isCommonPassword } from './common-password.js';

describe('a password', () => {
  it.each(['password', 'Password123', '  1qaz2wsx3edc  ', 'qwertyuiop'])('%s is common', (password) => {
    expect(isCommonPassword(password)).toBe(true);
  });

  it.each(['correct horse battery staple', 'interlude-demo', 'Zp7#kdQw2!', '', 'constructor'])(
    '%s is not',
    (password) => {
      expect(isCommonPassword(password)).toBe(false);
    },
  );
});
