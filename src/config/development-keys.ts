import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Makes a development secret once and keeps it in the data folder, so that a restart can still read what it stored. */
export function developmentSecret(dataDir: string, name: string, make: () => string): string {
  const file = join(dataDir, name);
  if (existsSync(file)) {
    return readFileSync(file, 'utf8').trim();
  }
  mkdirSync(dataDir, { recursive: true });
  const secret = make();
  writeFileSync(file, `${secret}\n`, { mode: 0o600 });
  chmodSync(file, 0o600);
  return secret;
}

export function makeEncryptionKeys(): string {
  return `dev:${randomBytes(32).toString('base64')}`;
}

export function makeSessionSecret(): string {
  return randomBytes(32).toString('base64url');
}
