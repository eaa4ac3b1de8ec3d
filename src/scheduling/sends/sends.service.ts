import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { EmailService } from '../../email/email.service.js';
import type { Actor } from '../../shared/actor.js';
import { Send, type EmailCounts } from './send.entity.js';
import { notReachable } from './skip-reasons.js';

export interface SendWithCounts {
  readonly send: Send;
  readonly counts: EmailCounts;
  readonly createdByName: string | null;
}

export interface SendEmail {
  readonly id: string;
  readonly invitationId: string | null;
  readonly position: number;
  readonly toName: string;
  readonly toAddress: string;
  readonly state: string;
  readonly reasonCode: string | null;
  readonly reason: string | null;
  readonly stateAt: Date;
  readonly sentAt: Date | null;
}

export interface EmailQuery {
  readonly states?: readonly string[];
  readonly afterPosition?: number;
  readonly skip?: number;
  readonly limit: number;
}

/** Sends after their draft: what became of every mail, and the two things that can be done about it. */
@Injectable()
export class SendsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly emails: EmailService,
  ) {}

  async find(actor: Actor, id: string): Promise<SendWithCounts | null> {
    const [found] = await this.withCounts(actor, 's.id = $2', [id], 1);
    return found ?? null;
  }

  async list(actor: Actor, limit: number): Promise<SendWithCounts[]> {
    return this.withCounts(actor, 's.dispatched_at is not null or s.cancelled_at is null', [], limit);
  }

  async listEmails(actor: Actor, sendId: string, query: EmailQuery): Promise<SendEmail[]> {
    return this.dataSource.query<SendEmail[]>(
      `select id, invitation_id "invitationId", position, to_name "toName", to_address "toAddress", state,
              reason_code "reasonCode", reason, state_at "stateAt", sent_at "sentAt"
         from emails
        where org_id = $1 and send_id = $2 and kind = 'invitation' and position > $3
          and ($4::text[] is null or state = any($4))
        order by position limit $5 offset $6`,
      [actor.orgId, sendId, query.afterPosition ?? 0, query.states ?? null, query.limit, query.skip ?? 0],
    );
  }

  async countSkipped(actor: Actor, sendId: string, reasonCode: string): Promise<number> {
    const [row] = await this.dataSource.query<{ count: number }[]>(
      `select count(*)::int count from emails
        where org_id = $1 and send_id = $2 and state = 'skipped' and reason_code = $3`,
      [actor.orgId, sendId, reasonCode],
    );
    return row!.count;
  }

  /** Keeps what has not left from leaving; answers how many that were. A draft is discarded. */
  async cancel(actor: Actor, id: string): Promise<number> {
    return this.dataSource.transaction(async (manager) => {
      await manager.query(
        `update sends set cancelled_at = coalesce(cancelled_at, clock_timestamp()) where org_id = $1 and id = $2`,
        [actor.orgId, id],
      );
      const [cancelled] = await manager.query<[unknown[], number]>(
        `update emails set state = 'cancelled', state_at = clock_timestamp()
          where org_id = $1 and send_id = $2 and kind = 'invitation' and state in ('draft', 'queued') returning id`,
        [actor.orgId, id],
      );
      return cancelled.length;
    });
  }

  /** Puts the failed mails of a send back into the queue; answers how many. */
  async retryFailed(actor: Actor, id: string): Promise<number> {
    return this.retry(actor, 'e.send_id = $2', id);
  }

  /** Whether this one failed mail goes out again. */
  async retryOne(actor: Actor, emailId: string): Promise<boolean> {
    return (await this.retry(actor, 'e.id = $2', emailId)) > 0;
  }

  /** Not to those who need no mail any more, and not with a link that opens nothing any more. */
  private async retry(actor: Actor, condition: string, id: string): Promise<number> {
    const failed = await this.dataSource.query<{ id: string }[]>(
      `select e.id from emails e
         left join invitations i on i.id = e.invitation_id
         left join booking_links l on l.id = e.booking_link_id and l.revoked_at is null
               and l.expires_at > clock_timestamp()
        where e.org_id = $1 and ${condition} and e.state = 'failed'
          and (e.kind = 'test' or (l.id is not null and ${notReachable('i', { recentDays: null, despiteOptOut: 'e.despite_opt_out' })} is null))`,
      [actor.orgId, id],
    );
    const ids = failed.map((row) => row.id);
    return (await this.emails.retry(actor, ids)).retried.length;
  }

  private async withCounts(
    actor: Actor,
    condition: string,
    values: readonly unknown[],
    limit: number,
  ): Promise<SendWithCounts[]> {
    const rows = await this.dataSource.query<
      { id: string; counts: EmailCounts | null; createdByName: string | null }[]
    >(
      `select s.id, u.name "createdByName",
              (select jsonb_object_agg(state, count)
                 from (select state, count(*)::int count from emails
                        where org_id = s.org_id and send_id = s.id and kind = 'invitation' group by state) counted) counts
         from sends s left join users u on u.id = s.created_by
        where s.org_id = $1 and (${condition}) order by s.created_at desc limit ${limit}`,
      [actor.orgId, ...values],
    );
    const sends = await this.dataSource
      .getRepository(Send)
      .createQueryBuilder('s')
      .where('s.org_id = :orgId and s.id = any(:ids)', { orgId: actor.orgId, ids: rows.map((row) => row.id) })
      .getMany();
    const byId = new Map(sends.map((send) => [send.id, send]));
    return rows.map((row) => ({
      send: byId.get(row.id)!,
      counts: row.counts ?? {},
      createdByName: row.createdByName,
    }));
  }
}
