import { Injectable } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { Secret } from 'otpauth';
import { DataSource, type EntityManager } from 'typeorm';
import { Vault } from '../encryption/vault.service.js';
import { endSessionsOf } from './end-sessions.js';
import { recordPersonal } from './record-personal.js';
import { newTotpSecret, totpStep } from './totp.js';

const recoveryCodes = 10;
/** 120 bits: they need no salt and no slow hash. */
const recoveryCodeBytes = 15;

export interface FactorInForce {
  readonly confirmedAt: Date;
  readonly codesLeft: number;
}

/** Shown once: of the recovery codes only hashes are kept. The other sessions of the person are over. */
export interface FreshCodes {
  readonly codes: readonly string[];
  readonly generation: number;
}

/** Authenticator apps and recovery codes: what people need to sign in besides their password. */
@Injectable()
export class SecondFactors {
  constructor(
    private readonly dataSource: DataSource,
    private readonly vault: Vault,
  ) {}

  /** Null where the password alone opens the account. */
  async find(userId: string): Promise<FactorInForce | null> {
    const [factor] = await this.dataSource.query<FactorInForce[]>(
      `select confirmed_at "confirmedAt",
              (select count(*)::int from recovery_codes c where c.user_id = f.user_id and c.used_at is null) "codesLeft"
         from second_factors f where user_id = $1 and confirmed_at is not null`,
      [userId],
    );
    return factor ?? null;
  }

  /** A new secret, which counts for nothing until a code confirms it. Nothing happens where one is in force. */
  async begin(userId: string): Promise<void> {
    await this.dataSource.query(
      `insert into second_factors (user_id, secret) values ($1, $2)
       on conflict (user_id) do update set secret = excluded.secret, created_at = clock_timestamp()
        where second_factors.confirmed_at is null`,
      [userId, this.vault.encrypt(newTotpSecret(), placeOf(userId))],
    );
  }

  async unconfirmedSecret(userId: string): Promise<string | null> {
    return this.secret(this.dataSource.manager, userId, 'confirmed_at is null');
  }

  /** Null where the code does not fit, or nothing is to be confirmed. */
  async confirm(userId: string, typed: string): Promise<FreshCodes | null> {
    return this.dataSource.transaction(async (manager) => {
      const secret = await this.secret(manager, userId, 'confirmed_at is null', 'for update');
      const step = secret && totpStep(secret, plainCode(typed));
      if (!step) {
        return null;
      }
      await manager.query(
        'update second_factors set confirmed_at = clock_timestamp(), last_step = $2 where user_id = $1',
        [userId, step],
      );
      await recordPersonal(manager, userId, { action: 'factor.turned-on' });
      return this.freshCodes(manager, userId);
    });
  }

  /** Takes a code of the app or a recovery code, each once. */
  async accept(userId: string, typed: string): Promise<'code' | 'recovery code' | null> {
    const code = plainCode(typed);
    if (await this.takeCode(userId, code)) {
      return 'code';
    }
    return (await this.takeRecoveryCode(userId, code)) ? 'recovery code' : null;
  }

  /** Null where there is no factor in force. Earlier codes are worth nothing. */
  async renewCodes(userId: string): Promise<FreshCodes | null> {
    return this.dataSource.transaction(async (manager) => {
      const [factor] = await manager.query<unknown[]>(
        'select 1 from second_factors where user_id = $1 and confirmed_at is not null for update',
        [userId],
      );
      if (!factor) {
        return null;
      }
      await recordPersonal(manager, userId, { action: 'factor.codes-renewed' });
      return this.freshCodes(manager, userId);
    });
  }

  /** With the recovery codes; ends the sessions. Null where none was in force, else the generation of new sessions. */
  async remove(userId: string, by: 'person' | 'command' = 'person'): Promise<number | null> {
    return this.dataSource.transaction(async (manager) => {
      const [, removed] = await manager.query<[unknown, number]>(
        'delete from second_factors where user_id = $1 and confirmed_at is not null',
        [userId],
      );
      if (removed === 0) {
        return null;
      }
      await (by === 'person'
        ? recordPersonal(manager, userId, { action: 'factor.turned-off' })
        : recordPersonal(manager, userId, { action: 'factor.reset', subject: { type: 'person', id: userId } }, by));
      return endSessionsOf(manager, userId);
    });
  }

  private async takeCode(userId: string, code: string): Promise<boolean> {
    const secret = await this.secret(this.dataSource.manager, userId, 'confirmed_at is not null');
    const step = secret && totpStep(secret, code);
    if (!step) {
      return false;
    }
    const [, taken] = await this.dataSource.query<[unknown, number]>(
      'update second_factors set last_step = $2 where user_id = $1 and last_step < $2',
      [userId, step],
    );
    return taken > 0;
  }

  private async takeRecoveryCode(userId: string, code: string): Promise<boolean> {
    const [, taken] = await this.dataSource.query<[unknown, number]>(
      `update recovery_codes set used_at = clock_timestamp() where user_id = $1 and code_hash = $2 and used_at is null`,
      [userId, hashOf(code)],
    );
    return taken > 0;
  }

  private async freshCodes(manager: EntityManager, userId: string): Promise<FreshCodes> {
    const codes = Array.from({ length: recoveryCodes }, () => new Secret({ size: recoveryCodeBytes }).base32);
    await manager.query('delete from recovery_codes where user_id = $1', [userId]);
    await manager.query('insert into recovery_codes (user_id, code_hash) select $1, unnest($2::text[])', [
      userId,
      codes.map(hashOf),
    ]);
    return { codes: codes.map(readable), generation: await endSessionsOf(manager, userId) };
  }

  private async secret(
    manager: EntityManager,
    userId: string,
    condition: 'confirmed_at is null' | 'confirmed_at is not null',
    lock: 'for update' | '' = '',
  ): Promise<string | null> {
    const [factor] = await manager.query<{ secret: string }[]>(
      `select secret from second_factors where user_id = $1 and ${condition} ${lock}`,
      [userId],
    );
    return factor ? this.vault.decrypt(factor.secret, placeOf(userId)) : null;
  }
}

function placeOf(userId: string): string {
  return `second_factors|secret|${userId}`;
}

/** As people type it: in groups, in small letters. */
function plainCode(typed: string): string {
  return typed.replaceAll(/[\s-]/g, '').toUpperCase();
}

/** `ABCD-EFGH-...`: easier to read and to type. */
function readable(code: string): string {
  return code.match(/.{4}/g)!.join('-');
}

function hashOf(code: string): string {
  return createHash('sha256').update(code).digest('base64url');
}
