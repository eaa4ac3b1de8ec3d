import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

export interface CappedEmail {
  readonly id: string;
  readonly orgId: string;
  readonly dailyCap: number | null;
}

/** Keeps an organization within its mails a day: what is too much today waits for the midnight of its zone. */
@Injectable()
export class DailyCapsService {
  /** The mails of `due`, all of one organization, that may leave today; the others of it wait, and say why. */
  async withinCap<Due extends CappedEmail>(
    manager: EntityManager,
    { orgId, dailyCap }: CappedEmail,
    due: readonly Due[],
  ): Promise<readonly Due[]> {
    if (dailyCap === null) {
      return due;
    }
    const left = dailyCap - (await this.countLeftToday(manager, orgId));
    if (left <= 0 && (await this.isStill(manager, orgId, dailyCap))) {
      await this.putOff(manager, orgId, dailyCap);
    }
    return due.slice(0, Math.max(0, left));
  }

  /** A released or split batch has sent nothing. */
  async countLeftToday(manager: EntityManager, orgId: string): Promise<number> {
    const [row] = await manager.query<{ mails: number }[]>(
      `select coalesce(sum(cardinality(b.email_ids)), 0)::int mails
         from orgs o join email_batches b on b.org_id = o.id
        where o.id = $1 and coalesce(b.outcome, '') not in ('released', 'split')
          and b.created_at >= date_trunc('day', clock_timestamp(), o.time_zone)`,
      [orgId],
    );
    return row!.mails;
  }

  /** Whoever changes the cap waits for us, and then lets go on what we put off; or was faster, and we look again. */
  private async isStill(manager: EntityManager, orgId: string, dailyCap: number): Promise<boolean> {
    const [org] = await manager.query<{ dailyCap: number | null }[]>(
      `select daily_mail_cap "dailyCap" from orgs where id = $1 for share`,
      [orgId],
    );
    return org?.dailyCap === dailyCap;
  }

  private async putOff(manager: EntityManager, orgId: string, dailyCap: number): Promise<void> {
    await manager.query(
      `update emails e
          set due_at = date_trunc('day', clock_timestamp() at time zone o.time_zone + interval '1 day') at time zone o.time_zone,
              reason_code = 'daily_cap', reason = $2
         from orgs o
        where o.id = $1 and e.id in (select id from emails
                                      where org_id = $1 and state = 'queued' and due_at <= clock_timestamp()
                                        for update skip locked)`,
      [orgId, `The daily cap of ${dailyCap} mails is reached. It leaves after midnight.`],
    );
  }
}
