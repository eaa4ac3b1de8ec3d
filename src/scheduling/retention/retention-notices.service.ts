import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { AccountMails } from '../../accounts/mails/account-mails.service.js';
import { recordActivity } from '../../activity/record-activity.js';
import { systemActor, type Actor } from '../../shared/actor.js';
import { fullTime } from '../../shared/zoned-time.js';
import { ErasuresService, isKept } from '../erasure/erasures.service.js';
import { counted } from '../plural.js';

/** So long before anybody is erased, it is announced. */
export const noticeDays = 7;
export const retentionPath = '/app/settings/retention';

/** SQL: when the rule `$2`, in days, reaches the candidates of the assessment `a` with its retention `r`. */
export const reachedAt = `greatest(a.closed_at + make_interval(days => $2), r.kept_until)`;
/** SQL: of the assessment `a`, unless it was opened since. */
export const retentionOfClosed = `assessment_retentions r
  on r.org_id = a.org_id and r.assessment_id = a.id and r.closed_at = a.closed_at`;

interface Notice {
  readonly assessmentId: string;
  readonly candidates: number;
  readonly eraseAt: Date;
}

interface Admin {
  readonly userId: string;
  readonly name: string;
  readonly email: string;
}

const mostInMail = 5;

/** Announces whom the rule of an organization reaches, and erases them when that time is over. */
@Injectable()
export class RetentionNotices {
  constructor(
    private readonly erasures: ErasuresService,
    private readonly mails: AccountMails,
  ) {}

  /** In the caller's transaction, which holds the rule: to all admins by mail, too. What was announced stays as it is. */
  async give(manager: EntityManager, { orgId }: Actor, eraseAfterDays: number): Promise<void> {
    const notices = await manager.query<Notice[]>(
      `insert into assessment_retentions as kept (org_id, assessment_id, closed_at, noticed_at, erase_at, candidates)
       select a.org_id, a.id, a.closed_at, clock_timestamp(),
              greatest(${reachedAt}, clock_timestamp() + make_interval(days => $3)), c.candidates
         from assessments a
         left join ${retentionOfClosed}
        cross join lateral (
          select count(*)::int candidates from invitations i
           where i.org_id = a.org_id and i.assessment_id = a.id and ${isKept}) c
        where a.org_id = $1 and r.noticed_at is null and c.candidates > 0
          and ${reachedAt} <= clock_timestamp() + make_interval(days => $3)
          and a.id in (select assessment_id from candidate_counts where org_id = $1 and count > 0)
           on conflict (org_id, assessment_id) do update
          set closed_at = excluded.closed_at, noticed_at = excluded.noticed_at, erase_at = excluded.erase_at,
              candidates = excluded.candidates,
              kept_until = case when kept.closed_at = excluded.closed_at then kept.kept_until end
       returning assessment_id "assessmentId", candidates, erase_at "eraseAt"`,
      [orgId, eraseAfterDays, noticeDays],
    );
    for (const { assessmentId, candidates, eraseAt } of notices) {
      await recordActivity(manager, systemActor(orgId), {
        action: 'retention.noticed',
        subject: { type: 'assessment', id: assessmentId },
        after: { count: candidates, eraseAt: eraseAt.toISOString() },
      });
    }
    if (notices.length > 0) {
      await this.mailAdmins(manager, orgId, notices);
    }
  }

  /** In the caller's transaction, which holds the rule. Whoever has an interview to come stays until it is over. */
  async eraseDue(manager: EntityManager, { orgId }: Actor): Promise<void> {
    const due = await manager.query<{ assessmentId: string; noticedAt: Date }[]>(
      `select a.id "assessmentId", r.noticed_at "noticedAt" from assessments a join ${retentionOfClosed}
        where a.org_id = $1 and r.erase_at <= clock_timestamp() order by a.id for no key update of a`,
      [orgId],
    );
    for (const { assessmentId, noticedAt } of due) {
      if (await this.erasures.beginFor(manager, systemActor(orgId), assessmentId, noticedAt)) {
        await manager.query('delete from assessment_retentions where org_id = $1 and assessment_id = $2', [
          orgId,
          assessmentId,
        ]);
      }
    }
  }

  /** In the caller's transaction, which holds the rule: what is announced after this begins anew. */
  async withdraw(manager: EntityManager, { orgId }: Actor, assessmentId: string | null = null): Promise<void> {
    await manager.query(
      `update assessment_retentions set noticed_at = null, erase_at = null, candidates = null
        where org_id = $1 and ($2::uuid is null or assessment_id = $2)`,
      [orgId, assessmentId],
    );
  }

  private async mailAdmins(manager: EntityManager, orgId: string, notices: readonly Notice[]): Promise<void> {
    const [org] = await manager.query<[{ name: string; timeZone: string }]>(
      'select name, time_zone "timeZone" from orgs where id = $1',
      [orgId],
    );
    const what = await this.inWords(manager, orgId, notices, org.timeZone);
    const admins = await manager.query<Admin[]>(
      `select u.id "userId", u.name, u.email from memberships m join users u on u.id = m.user_id
        where m.org_id = $1 and m.role = 'admin' and u.disabled_at is null order by u.id`,
      [orgId],
    );
    for (const { userId, name, email } of admins) {
      await this.mails.post(manager, {
        kind: 'erasure_notice',
        to: email,
        orgId,
        userId,
        values: { user_name: name, org_name: org.name, what },
        path: retentionPath,
      });
    }
  }

  private async inWords(
    manager: EntityManager,
    orgId: string,
    notices: readonly Notice[],
    timeZone: string,
  ): Promise<string> {
    const named = notices.toSorted((left, right) => right.candidates - left.candidates).slice(0, mostInMail);
    const titles = await manager.query<{ id: string; title: string }[]>(
      'select id, title from assessments where org_id = $1 and id = any($2::uuid[])',
      [orgId, named.map(({ assessmentId }) => assessmentId)],
    );
    const more = notices.length - named.length;
    return [
      ...named.map(({ assessmentId, candidates, eraseAt }) => {
        const title = titles.find(({ id }) => id === assessmentId)!.title;
        return `${counted(candidates)} of ${title} on ${fullTime(eraseAt, timeZone)}`;
      }),
      ...(more > 0 ? [`those of ${more} more assessment${more === 1 ? '' : 's'}`] : []),
    ].join('; ');
  }
}
