import { Injectable } from '@nestjs/common';
import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { passwordResetLimits } from '../../limits/limit.js';
import { Limits, type Refusal } from '../../limits/limits.service.js';
import { AccountsService } from '../accounts.service.js';
import { AccountMails } from '../mails/account-mails.service.js';
import { MembersService } from '../members.service.js';
import { PasswordChanges } from '../password-changes.service.js';
import { hashPassword } from '../passwords.js';
import { recordPersonal } from '../record-personal.js';
import type { User } from '../user.entity.js';

export const resetPath = '/password-reset';

const tokenBytes = 32;
const validMinutes = 60;
/** Longer than anything takes that is done for an account: how long it takes tells nobody whether there is one. */
const answersAfterMs = 400;

/** `over`: used, too old, or of somebody who may not come in any more. */
export type ResetLink = 'open' | 'over' | 'unknown';

/** New passwords for those who show that they read the mail of an account. */
@Injectable()
export class PasswordResets {
  constructor(
    private readonly dataSource: DataSource,
    private readonly accounts: AccountsService,
    private readonly members: MembersService,
    private readonly changes: PasswordChanges,
    private readonly mails: AccountMails,
    private readonly limits: Limits,
  ) {}

  /** The same for an account that does not exist. Links asked for before go on working: nobody else can end them. */
  async ask(email: string, network: string): Promise<Refusal | null> {
    const [refusal] = await Promise.all([this.countAndMail(email, network), sleep(answersAfterMs)]);
    return refusal;
  }

  async find(token: string): Promise<ResetLink> {
    const [link] = await this.dataSource.query<{ open: boolean }[]>(
      `select r.closed_at is null and r.expires_at > clock_timestamp() and u.disabled_at is null open
         from password_resets r join users u on u.id = r.user_id where r.token_hash = $1`,
      [hashOf(token)],
    );
    return link ? (link.open ? 'open' : 'over') : 'unknown';
  }

  /** Uses the link up. Answers whose it was; null where it was not open any more. */
  async use(token: string, password: string): Promise<string | null> {
    const passwordHash = await hashPassword(password);
    return this.dataSource.transaction(async (manager) => {
      const [[used]] = await manager.query<[{ userId: string }[], number]>(
        `update password_resets r set closed_at = clock_timestamp() from users u
          where r.token_hash = $1 and r.closed_at is null and r.expires_at > clock_timestamp()
            and u.id = r.user_id and u.disabled_at is null
        returning r.user_id "userId"`,
        [hashOf(token)],
      );
      if (!used) {
        return null;
      }
      await recordPersonal(manager, used.userId, { action: 'password.reset' });
      await this.changes.write(manager, used.userId, passwordHash);
      return used.userId;
    });
  }

  private async countAndMail(email: string, network: string): Promise<Refusal | null> {
    const user = await this.accounts.findByEmail(email);
    const refusal =
      (await this.limits.count(passwordResetLimits.network, network)) ??
      (await this.limits.count(passwordResetLimits.account, user?.id ?? email.toLowerCase()));
    if (!refusal && user?.passwordHash && (await this.members.findFirst(user.id))) {
      await this.mail(user);
    }
    return refusal;
  }

  private async mail(user: User): Promise<void> {
    const token = randomBytes(tokenBytes).toString('base64url');
    await this.dataSource.transaction(async (manager) => {
      await manager.query(
        `insert into password_resets (token_hash, user_id, expires_at)
         values ($1, $2, clock_timestamp() + make_interval(mins => $3))`,
        [hashOf(token), user.id, validMinutes],
      );
      const subject = { type: 'person', id: user.id } as const;
      await recordPersonal(manager, user.id, { action: 'password.reset-asked', subject }, 'nobody');
      await this.mails.post(manager, {
        kind: 'password_reset',
        to: user.email,
        userId: user.id,
        values: { user_name: user.name },
        path: `${resetPath}/`,
        token,
      });
    });
  }
}

/** 256 random bits need no salt and no slow hash. */
function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
