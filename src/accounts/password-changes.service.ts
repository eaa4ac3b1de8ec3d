import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { fullTime } from '../shared/zoned-time.js';
import { endSessionsOf } from './end-sessions.js';
import { AccountMails } from './mails/account-mails.service.js';

/** What a new password brings with it, whoever sets it and how. */
@Injectable()
export class PasswordChanges {
  constructor(private readonly mails: AccountMails) {}

  /** Ends every session of the person and every link for a new password; answers the generation of new sessions. */
  async write(manager: EntityManager, userId: string, passwordHash: string): Promise<number> {
    await manager.query('update users set password_hash = $2 where id = $1', [userId, passwordHash]);
    await manager.query(
      'update password_resets set closed_at = clock_timestamp() where user_id = $1 and closed_at is null',
      [userId],
    );
    await this.mail(manager, userId);
    return endSessionsOf(manager, userId);
  }

  private async mail(manager: EntityManager, userId: string): Promise<void> {
    const [person] = await manager.query<{ name: string; email: string; zone: string | null }[]>(
      `select u.name, u.email, o.time_zone zone
         from users u
         left join memberships m on m.user_id = u.id
         left join orgs o on o.id = m.org_id
        where u.id = $1 order by m.created_at limit 1`,
      [userId],
    );
    const { name, email, zone } = person!;
    await this.mails.post(manager, {
      kind: 'password_changed',
      to: email,
      userId,
      values: { user_name: name, changed_at: fullTime(new Date(), zone ?? 'UTC') },
      path: '/password-reset',
    });
  }
}
