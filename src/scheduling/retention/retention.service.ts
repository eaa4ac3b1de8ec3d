import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { recordActivity, recordChange } from '../../activity/record-activity.js';
import type { Actor } from '../../shared/actor.js';
import { isToCome } from '../erasure/erasures.service.js';
import { CandidateStates, pagePatienceMs } from '../candidates/states/candidate-states.service.js';
import { noticeDays, reachedAt, RetentionNotices, retentionOfClosed } from './retention-notices.service.js';
import { RetentionRule } from './retention-rule.entity.js';

/** A closed assessment that has candidates, and when they are erased. */
export interface Outlook {
  readonly assessmentId: string;
  readonly title: string;
  readonly closedAt: Date;
  readonly keptUntil: Date | null;
  readonly noticedAt: Date | null;
  readonly eraseAt: Date;
  /** The notice is given as soon as the rule is in force. */
  readonly isNear: boolean;
  readonly candidates: number;
  /** Of these, with an interview to come. */
  readonly waiting: number;
}

/** When an organization's candidates are erased without anybody asking, and whom that reaches. */
@Injectable()
export class RetentionService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly notices: RetentionNotices,
    private readonly states: CandidateStates,
  ) {}

  /** Null: it was never set. */
  async find({ orgId }: Actor): Promise<RetentionRule | null> {
    return this.dataSource.getRepository(RetentionRule).findOneBy({ orgId });
  }

  /** As the rule in force has it: whoever is erased first comes first. */
  async list(actor: Actor, eraseAfterDays: number): Promise<Outlook[]> {
    return this.outlook(actor, eraseAfterDays, 'coalesce(r.erase_at, due.at)');
  }

  /** As it would be from now on: what is announced begins anew. Noted with its figures. */
  async preview(actor: Actor, eraseAfterDays: number): Promise<Outlook[]> {
    return this.outlook(actor, eraseAfterDays, 'due.at');
  }

  async notePreview(actor: Actor, eraseAfterDays: number): Promise<void> {
    const near = (await this.preview(actor, eraseAfterDays)).filter(({ isNear }) => isNear);
    await recordActivity(this.dataSource.manager, actor, {
      action: 'retention.previewed',
      subject: subjectOf(actor),
      after: { eraseAfterDays, assessmentsAtOnce: near.length, candidatesAtOnce: candidatesOf(near) },
    });
  }

  /** Null turns it off. What was announced is taken back; what the new rule reaches is announced at once. */
  async change(actor: Actor, eraseAfterDays: number | null): Promise<void> {
    await this.states.refresh(actor, pagePatienceMs);
    await this.dataSource.transaction(async (manager) => {
      await manager.query('insert into retention_rules (org_id) values ($1) on conflict do nothing', [actor.orgId]);
      const before = await this.lock(manager, actor.orgId);
      const after = { eraseAfterDays };
      if (before.eraseAfterDays === eraseAfterDays) {
        return;
      }
      await manager.query(
        'update retention_rules set erase_after_days = $2, changed_at = clock_timestamp() where org_id = $1',
        [actor.orgId, eraseAfterDays],
      );
      const deed = { action: 'retention.changed', subject: subjectOf(actor) } as const;
      await recordChange(manager, actor, deed, { before, after });
      await this.notices.withdraw(manager, actor);
      if (eraseAfterDays !== null) {
        await this.notices.give(manager, actor, eraseAfterDays);
      }
    });
  }

  /** Takes back what was announced of a closed assessment. Null: no longer than the rule says, after another notice. */
  async keep(actor: Actor, assessmentId: string, until: Date | null): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await this.lock(manager, actor.orgId);
      const [kept] = await manager.query<unknown[]>(
        `insert into assessment_retentions as r (org_id, assessment_id, closed_at, kept_until)
         select org_id, id, closed_at, $3 from assessments where org_id = $1 and id = $2 and closed_at is not null
             on conflict (org_id, assessment_id) do update
            set closed_at = excluded.closed_at, kept_until = excluded.kept_until
         returning 1`,
        [actor.orgId, assessmentId, until],
      );
      if (kept) {
        await this.notices.withdraw(manager, actor, assessmentId);
        await recordActivity(manager, actor, {
          action: 'assessment.kept',
          subject: { type: 'assessment', id: assessmentId },
          after: { keptUntil: until?.toISOString() ?? null },
        });
      }
    });
  }

  /** For a job: erases whom the notice has run out for, and announces who comes next. One replica at a time. */
  async follow(actor: Actor): Promise<void> {
    await this.states.refresh(actor);
    await this.dataSource.transaction(async (manager) => {
      const { eraseAfterDays } = await this.lock(manager, actor.orgId);
      if (eraseAfterDays !== null) {
        await this.notices.eraseDue(manager, actor);
        await this.notices.give(manager, actor, eraseAfterDays);
      }
    });
  }

  /** The organizations that have a rule. */
  async listOrgs(): Promise<string[]> {
    const rows = await this.dataSource.query<{ id: string }[]>(
      'select org_id id from retention_rules where erase_after_days is not null order by org_id',
    );
    return rows.map(({ id }) => id);
  }

  /** Until the transaction ends nobody else changes or follows the rule. */
  private async lock(manager: EntityManager, orgId: string): Promise<RetentionRule> {
    return manager.findOneOrFail(RetentionRule, { where: { orgId }, lock: { mode: 'pessimistic_write' } });
  }

  /** In time that does not grow with the number of candidates. */
  private async outlook(actor: Actor, eraseAfterDays: number, eraseAt: string): Promise<Outlook[]> {
    await this.states.refresh(actor, pagePatienceMs);
    return this.dataSource.query<Outlook[]>(
      `with counts as (
         select assessment_id, sum(count)::int candidates from candidate_counts where org_id = $1 group by 1),
       interviews as (
         select i.assessment_id, count(distinct i.id)::int waiting
           from cal_com_bookings b join invitations i on i.org_id = b.org_id and i.id = b.invitation_id
          where b.org_id = $1 and ${isToCome}
          group by 1)
       select a.id "assessmentId", a.title, a.closed_at "closedAt", r.kept_until "keptUntil",
              r.noticed_at "noticedAt", ${eraseAt} "eraseAt", ${reachedAt} <= due.notice "isNear",
              c.candidates, coalesce(interviews.waiting, 0) waiting
         from assessments a
         join counts c on c.assessment_id = a.id and c.candidates > 0
         left join interviews on interviews.assessment_id = a.id
         left join ${retentionOfClosed}
        cross join lateral (select clock_timestamp() + make_interval(days => $3) notice) soon
        cross join lateral (select notice, greatest(${reachedAt}, notice) at) due
        where a.org_id = $1 and a.closed_at is not null
        order by "eraseAt", lower(a.title), a.id`,
      [actor.orgId, eraseAfterDays, noticeDays],
    );
  }
}

export function candidatesOf(list: readonly Outlook[]): number {
  return list.reduce((sum, { candidates }) => sum + candidates, 0);
}

function subjectOf({ orgId }: Actor) {
  return { type: 'retention', id: orgId } as const;
}
