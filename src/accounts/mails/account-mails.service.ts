import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import type { EntityManager } from 'typeorm';
import { Vault } from '../../encryption/vault.service.js';
import { Jobs } from '../../jobs/jobs.service.js';
import { AccountMail } from './account-mail.entity.js';
import type { AccountMailKind, AccountMailValues } from './account-mail-words.js';
import { sendAccountMailQueue, tokenPlace } from './account-mail-sealing.js';

export interface NewAccountMail<Kind extends AccountMailKind> {
  readonly kind: Kind;
  readonly to: string;
  readonly orgId?: string;
  readonly userId?: string;
  readonly inviteId?: string;
  readonly values: AccountMailValues[Kind];
  /** The link is `PUBLIC_URL`, this and the token: `/invites/`. Without it, the front door. */
  readonly path?: string;
  /** Kept sealed, and only until the mail is gone. */
  readonly token?: string;
}

/** Mails about accounts: written down with what they tell of, and sent soon after. */
@Injectable()
export class AccountMails {
  constructor(
    private readonly jobs: Jobs,
    private readonly vault: Vault,
  ) {}

  /** Part of the caller's transaction: the mail leaves exactly when that commits. */
  async post<Kind extends AccountMailKind>(manager: EntityManager, mail: NewAccountMail<Kind>): Promise<void> {
    const id = randomUUID();
    await manager.insert(AccountMail, {
      id,
      kind: mail.kind,
      toAddress: mail.to,
      orgId: mail.orgId ?? null,
      userId: mail.userId ?? null,
      inviteId: mail.inviteId ?? null,
      templateValues: { ...mail.values },
      path: mail.path ?? '/',
      sealedToken: mail.token === undefined ? null : this.vault.encrypt(mail.token, tokenPlace(id)),
    });
    await this.jobs.enqueue(manager, sendAccountMailQueue, { accountMailId: id });
  }
}
