import { Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { recordActivity } from '../activity/record-activity.js';
import { notedTries } from '../limits/limit.js';
import { Limits } from '../limits/limits.service.js';
import { recordPersonal } from './record-personal.js';

interface Who {
  readonly userId: string;
  /** Null for whoever belongs nowhere. */
  readonly orgId: string | null;
}

/** Signing in and out, as the list of activity tells it. */
@Injectable()
export class SignInActivity implements BeforeApplicationShutdown {
  private readonly logger = new Logger('accounts');
  private readonly underWay = new Set<Promise<void>>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly limits: Limits,
  ) {}

  /** Call before the session begins: nobody gets in unnoted. */
  async noteDone({ orgId, userId }: Who, means: string): Promise<void> {
    await recordActivity(this.dataSource.manager, { orgId, userId }, { action: 'sign-in.done', after: { means } });
  }

  async noteOut({ orgId, userId }: Who): Promise<void> {
    await recordActivity(this.dataSource.manager, { orgId, userId }, { action: 'sign-out.done' });
  }

  /**
   * `userId` is null where nobody has the address. Nobody waits for it: how long an answer takes must not tell whether
   * there is an account.
   */
  noteFailed(userId: string | null): void {
    const noting = this.note(userId)
      .catch((error: unknown) => this.logger.error(error))
      .finally(() => this.underWay.delete(noting));
    this.underWay.add(noting);
  }

  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(this.underWay);
  }

  private async note(userId: string | null): Promise<void> {
    if (await this.limits.count(notedTries.failedSignIn, userId ?? 'unknown')) {
      return;
    }
    const { manager } = this.dataSource;
    const action = 'sign-in.failed';
    await (userId
      ? recordPersonal(manager, userId, { action, subject: { type: 'person', id: userId } }, 'nobody')
      : recordActivity(manager, { orgId: null, userId: null, as: 'nobody' }, { action }));
  }
}
