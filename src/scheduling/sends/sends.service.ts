import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { sentAgain } from '../../email/second-attempt.js';
import type { Actor } from '../../shared/actor.js';
import { Send, type EmailCounts } from './send.entity.js';
import { troubledStates } from './send-badges.js';

export interface SendWithCounts {
  readonly send: Send;
  readonly counts: EmailCounts;
  /** How many of the queued ones wait for the next day, because of the daily cap. */
  readonly capped: number;
  readonly createdByName: string | null;
}

export const sendFilters = ['drafts', 'under-way', 'needs-you'] as const;
export type SendFilter = (typeof sendFilters)[number];

export interface SendQuery {
  readonly filter: SendFilter | null;
  /** The send beside which the page begins: older ones follow it, newer ones come before it. */
  readonly olderThan?: string;
  readonly newerThan?: string;
  readonly limit: number;
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
  readonly sentAgain: boolean;
}

export interface EmailQuery {
  readonly states?: readonly string[];
  readonly reasonCode?: string;
  readonly afterPosition?: number;
  readonly skip?: number;
  readonly limit: number;
}

const filters: Readonly<Record<SendFilter, string>> = {
  drafts: 's.dispatched_at is null',
  'under-way': `exists (select 1 from emails e where e.send_id = s.id and e.kind = 'invitation'
                           and e.state in ('queued', 'sending'))`,
  'needs-you': `exists (select 1 from emails e where e.org_id = s.org_id and e.send_id = s.id and e.kind = 'invitation'
                           and e.state in (${troubledStates.map((state) => `'${state}'`).join(', ')}))`,
};

/** Sends, and what became of every mail of each. */
@Injectable()
export class SendsService {
  constructor(private readonly dataSource: DataSource) {}

  async find(actor: Actor, id: string): Promise<SendWithCounts | null> {
    const [found] = await this.withCounts(actor, { condition: 's.id = $2', values: [id], order: 'desc', limit: 1 });
    return found ?? null;
  }

  /** The newest first; those that were discarded as drafts are left out. */
  async list(actor: Actor, { filter, olderThan, newerThan, limit }: SendQuery): Promise<SendWithCounts[]> {
    const conditions = [
      '(s.dispatched_at is not null or s.cancelled_at is null)',
      ...(filter ? [filters[filter]] : []),
    ];
    const beside = newerThan ?? olderThan;
    if (beside) {
      const mark = '(select m.created_at, m.id from sends m where m.org_id = $1 and m.id = $2)';
      conditions.push(`(s.created_at, s.id) ${newerThan ? '>' : '<'} ${mark}`);
    }
    const rows = await this.withCounts(actor, {
      condition: conditions.join(' and '),
      values: beside ? [beside] : [],
      order: newerThan ? 'asc' : 'desc',
      limit,
    });
    return newerThan ? rows.toReversed() : rows;
  }

  async listEmails(actor: Actor, sendId: string, query: EmailQuery): Promise<SendEmail[]> {
    return this.dataSource.query<SendEmail[]>(
      `select id, invitation_id "invitationId", position, to_name "toName", to_address "toAddress", state,
              reason_code "reasonCode", reason, state_at "stateAt", sent_at "sentAt", ${sentAgain('emails')} "sentAgain"
         from emails
        where org_id = $1 and send_id = $2 and kind = 'invitation' and position > $3
          and ($4::text[] is null or state = any($4)) and ($5::text is null or reason_code = $5)
        order by position limit $6 offset $7`,
      [
        actor.orgId,
        sendId,
        query.afterPosition ?? 0,
        query.states ?? null,
        query.reasonCode ?? null,
        query.limit,
        query.skip ?? 0,
      ],
    );
  }

  /** How many are skipped for each reason, the most frequent first. */
  async countSkipped(actor: Actor, sendId: string): Promise<ReadonlyMap<string, number>> {
    const rows = await this.dataSource.query<{ code: string; count: number }[]>(
      `select coalesce(reason_code, '') code, count(*)::int count from emails
        where org_id = $1 and send_id = $2 and state = 'skipped' and kind = 'invitation'
        group by 1 order by 2 desc, 1`,
      [actor.orgId, sendId],
    );
    return new Map(rows.map(({ code, count }) => [code, count]));
  }

  private async withCounts(
    actor: Actor,
    { condition, values, order, limit }: { condition: string; values: unknown[]; order: 'asc' | 'desc'; limit: number },
  ): Promise<SendWithCounts[]> {
    const rows = await this.dataSource.query<(Omit<SendWithCounts, 'send'> & { id: string })[]>(
      `select s.id, u.name "createdByName", counted.counts, counted.capped
         from (select s.* from sends s where s.org_id = $1 and ${condition}
                order by s.created_at ${order}, s.id ${order} limit ${limit}) s
         left join users u on u.id = s.created_by
        cross join lateral (
           select coalesce(jsonb_object_agg(state, mails), '{}') counts, coalesce(sum(capped), 0)::int capped
             from (select state, count(*)::int mails,
                          count(*) filter (where state = 'queued' and reason_code = 'daily_cap') capped
                     from emails where org_id = s.org_id and send_id = s.id and kind = 'invitation'
                    group by state) states) counted
        order by s.created_at ${order}, s.id ${order}`,
      [actor.orgId, ...values],
    );
    const sends = await this.dataSource
      .getRepository(Send)
      .createQueryBuilder('s')
      .where('s.org_id = :orgId and s.id = any(:ids)', { orgId: actor.orgId, ids: rows.map((row) => row.id) })
      .getMany();
    const byId = new Map(sends.map((send) => [send.id, send]));
    return rows.map(({ id, ...counted }) => ({ send: byId.get(id)!, ...counted }));
  }
}
