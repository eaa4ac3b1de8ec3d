import { hashPassword, verifyPassword } from './passwords.js';

describe('a stored password', () => {
  it('is argon2id at 32 MiB and two passes, another text each time', async () => {
    const hash = await hashPassword('battery staple');
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=32768,p=1,t=2\$/);
    expect(await hashPassword('battery staple')).not.toBe(hash);
    expect(await verifyPassword(null, 'nobody has this password')).toBe(false);
  });

  it('counts to its last letter, however long it is and however its letters are put together', async () => {
    const long = 'né '.repeat(333);
    const hash = await hashPassword(`${long}a`);
    expect(await verifyPassword(hash, `${long.normalize('NFD')}a`)).toBe(true);
    expect(await verifyPassword(hash, `${long}b`)).toBe(false);
    expect(await verifyPassword(hash, long)).toBe(false);
  });
});
