import { Inject, Injectable } from '@nestjs/common';
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { EncryptionKey } from '../config/encryption-keys.js';
import { SETTINGS, type Settings } from '../config/settings.js';

const algorithm = 'aes-256-gcm';
const ivBytes = 12;
/** Told when reading too, or a tag cut down to a few bytes would be taken for one. */
const authTagLength = 16;

/**
 * Encrypts secrets at rest: AES-256-GCM, the key's id in front, bound to one place (`org|table|column|row`),
 * so that a ciphertext moved to another row cannot be read. Stored as `keyId.iv.tag.ciphertext`, base64url.
 */
@Injectable()
export class Vault {
  private readonly keys: readonly EncryptionKey[];

  constructor(@Inject(SETTINGS) settings: Settings) {
    this.keys = settings.encryptionKeys;
  }

  /** The first encrypts, all decrypt. */
  get keyIds(): readonly string[] {
    return this.keys.map(({ id }) => id);
  }

  encrypt(plain: string, place: string): string {
    const key = this.keys[0]!;
    const iv = randomBytes(ivBytes);
    const cipher = createCipheriv(algorithm, key.secret, iv, { authTagLength });
    cipher.setAAD(Buffer.from(`${key.id}|${place}`));
    const encrypted = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
    return [key.id, ...[iv, cipher.getAuthTag(), encrypted].map((part) => part.toString('base64url'))].join('.');
  }

  /** Answers null when no key fits or the text was tampered with or moved. */
  decrypt(stored: string, place: string): string | null {
    const [keyId, iv, tag, encrypted] = stored.split('.');
    const key = this.keys.find((candidate) => candidate.id === keyId);
    if (!key || !iv || !tag || encrypted === undefined) {
      return null;
    }
    try {
      const decipher = createDecipheriv(algorithm, key.secret, Buffer.from(iv, 'base64url'), { authTagLength });
      decipher.setAAD(Buffer.from(`${key.id}|${place}`));
      decipher.setAuthTag(Buffer.from(tag, 'base64url'));
      return Buffer.concat([decipher.update(Buffer.from(encrypted, 'base64url')), decipher.final()]).toString('utf8');
    } catch {
      return null;
    }
  }

  /** Whether the key that encrypts now has encrypted this. */
  isCurrent(stored: string): boolean {
    return stored.split('.')[0] === this.keys[0]?.id;
  }
}
