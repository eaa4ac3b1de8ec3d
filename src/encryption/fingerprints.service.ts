import { Injectable } from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import type { SealedValues } from './sealed-values.js';
import { Vault } from './vault.service.js';

const keyBytes = 32;
/** Of SHA-256. */
const blockBytes = 64;

/** The two halves of an HMAC's key, for `fingerprintSql`. */
export interface FingerprintPads {
  readonly inner: Buffer;
  readonly outer: Buffer;
}

/**
 * Recognises again what is not stored any more: HMAC-SHA256 with a random key of the organization, which the vault
 * keeps. Whoever reads the table alone cannot try out addresses, and a rotation of the vault's keys changes nothing.
 */
@Injectable()
export class Fingerprints {
  constructor(private readonly vault: Vault) {}

  /** `null`: the organization has taken none so far. */
  async find(manager: EntityManager, orgId: string): Promise<FingerprintPads | null> {
    const [stored] = await manager.query<{ sealed: string }[]>(
      'select sealed_key sealed from fingerprint_keys where org_id = $1',
      [orgId],
    );
    return stored ? this.open(orgId, stored.sealed) : null;
  }

  async ensure(manager: EntityManager, orgId: string): Promise<FingerprintPads> {
    const sealed = this.vault.encrypt(randomBytes(keyBytes).toString('base64'), placeOf(orgId));
    await manager.query(
      'insert into fingerprint_keys (org_id, sealed_key) values ($1, $2) on conflict (org_id) do nothing',
      [orgId, sealed],
    );
    return (await this.find(manager, orgId))!;
  }

  private open(orgId: string, sealed: string): FingerprintPads {
    const key = this.vault.decrypt(sealed, placeOf(orgId));
    if (key === null) {
      throw new Error('No key of ENCRYPTION_KEYS opens the fingerprints of erased people');
    }
    const secret = Buffer.alloc(blockBytes);
    Buffer.from(key, 'base64').copy(secret);
    return { inner: secret.map((byte) => byte ^ 0x36) as Buffer, outer: secret.map((byte) => byte ^ 0x5c) as Buffer };
  }
}

/** SQL: the fingerprint of a text; `inner` and `outer` are the places of the pads among the parameters. */
export function fingerprintSql(text: string, inner: string, outer: string): string {
  return `encode(sha256(${outer}::bytea || sha256(${inner}::bytea || convert_to(${text}, 'UTF8'))), 'hex')`;
}

/** For a rotation of the keys. */
export const fingerprintKeys: SealedValues = {
  table: 'fingerprint_keys',
  listSql: `select org_id row, org_id "orgId", sealed_key sealed,
                   concat_ws('|', org_id, 'fingerprint_keys', 'sealed_key', org_id) place
              from fingerprint_keys`,
  replaceSql: `update fingerprint_keys set sealed_key = $3 where org_id = $1::uuid and sealed_key = $2`,
};

function placeOf(orgId: string): string {
  return `${orgId}|fingerprint_keys|sealed_key|${orgId}`;
}
