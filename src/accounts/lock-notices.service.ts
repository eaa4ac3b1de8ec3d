import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { lockNotice } from '../limits/limit.js';
import { Limits } from '../limits/limits.service.js';
import { AccountMails } from './mails/account-mails.service.js';
import { MembersService } from './members.service.js';
import { recordPersonal } from './record-personal.js';

/** What was tried too often: a password, or the code that is asked for after one that fitted. */
export type LockedBy = 'passwords' | 'codes';

const words = {
  passwords: {
    what: 'Somebody entered wrong passwords for your account, one after the other.',
    if_not_you:
      'your password is not known, and nothing has to be done. A long one that you use nowhere else, and the second factor under "Your account", keep it that way.',
  },
  codes: {
    what: 'Somebody entered your password, and then wrong codes of the second factor, one after the other.',
    if_not_you: 'somebody knows your password. Choose another one now, with the address above.',
  },
} as const satisfies Record<LockedBy, object>;

/** Tells people that their account takes no further tries for a while. */
@Injectable()
export class LockNotices implements BeforeApplicationShutdown {
  private readonly logger = new Logger('accounts');
  private readonly underWay = new Set<Promise<void>>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly limits: Limits,
    private readonly members: MembersService,
    private readonly mails: AccountMails,
  ) {}

  /** At most one an hour. Nobody waits for it: how long an answer takes must not tell whether there is an account. */
  tell(userId: string, lockedBy: LockedBy): void {
    const post = this.post(userId, lockedBy)
      .catch((error: unknown) => this.logger.error(error))
      .finally(() => this.underWay.delete(post));
    this.underWay.add(post);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.underWay);
  }

  private async post(userId: string, lockedBy: LockedBy): Promise<void> {
    const counted = `${lockedBy} ${userId}`;
    if (await this.limits.count(lockNotice, counted)) {
      return;
    }
    const member = await this.members.findFirst(userId);
    if (!member) {
      return;
    }
    const { name, email } = member.person;
    try {
      await this.dataSource.transaction(async (manager) => {
        const subject = { type: 'person', id: userId } as const;
        await recordPersonal(manager, userId, { action: 'sign-in.locked', subject }, 'nobody');
        await this.mails.post(manager, {
          kind: 'account_locked',
          to: email,
          userId,
          values: { user_name: name, ...words[lockedBy] },
          path: '/password-reset',
        });
      });
    } catch (error) {
      await this.limits.forget(lockNotice, counted);
      throw error;
    }
  }
}
