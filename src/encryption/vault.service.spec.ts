import { randomBytes } from 'node:crypto';
import type { Settings } from '../config/settings.js';
import { Vault } from './vault.service.js';

const oldKey = { id: 'old', secret: randomBytes(32) };
const newKey = { id: 'new', secret: randomBytes(32) };
const vaultWith = (...keys: { id: string; secret: Buffer }[]) =>
  new Vault({ encryptionKeys: keys } as unknown as Settings);
const place = 'org|cal_com_configs|api_key|org';

describe('Vault', () => {
  it('reads back what it encrypted, and never stores it readably', () => {
    const stored = vaultWith(newKey).encrypt('cal_live_secret', place);
    expect(stored).not.toContain('secret');
    expect(vaultWith(newKey).encrypt('cal_live_secret', place)).not.toBe(stored);
    expect(vaultWith(newKey).decrypt(stored, place)).toBe('cal_live_secret');
  });

  it('still reads what an older key encrypted', () => {
    const stored = vaultWith(oldKey).encrypt('x', place);
    expect(vaultWith(newKey, oldKey).decrypt(stored, place)).toBe('x');
    expect(vaultWith(newKey).decrypt(stored, place)).toBeNull();
  });

  it('does not read a ciphertext that was moved to another row or changed', () => {
    const vault = vaultWith(newKey);
    const stored = vault.encrypt('x', place);
    expect(vault.decrypt(stored, 'other|cal_com_configs|api_key|other')).toBeNull();
    expect(vault.decrypt(`${stored}A`, place)).toBeNull();
    expect(vault.decrypt('nonsense', place)).toBeNull();
  });
});
