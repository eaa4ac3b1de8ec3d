import { Injectable } from '@nestjs/common';
import { DataSource, type FindOperator, IsNull, Not, type Repository } from 'typeorm';
import type { ActivityAction } from '../activity/activity-actions.js';
import { recordActivity } from '../activity/record-activity.js';
import type { Question } from '../database/ask.js';
import type { Actor } from '../shared/actor.js';
import { isId } from '../web/id.pipe.js';
import { Assessment } from './assessment.entity.js';
import { invitationStatuses, type InvitationStatus } from './invitation.entity.js';

export interface CountedAssessment {
  readonly assessment: Assessment;
  readonly counts: Readonly<Record<InvitationStatus, number>>;
  readonly total: number;
}

type Titled = Pick<Assessment, 'title' | 'isClosed'>;
export type AssessmentTitle = Titled & Pick<Assessment, 'id'>;

interface StatusCount {
  assessment_id: string;
  status: InvitationStatus;
  count: number;
}

@Injectable()
export class AssessmentsService {
  private readonly assessments: Repository<Assessment>;

  constructor(private readonly dataSource: DataSource) {
    this.assessments = dataSource.getRepository(Assessment);
  }

  /** Open ones first, by title, each with the number of its invitations by status. */
  async list(actor: Actor): Promise<CountedAssessment[]> {
    const assessments = (await this.assessments.findBy({ orgId: actor.orgId })).toSorted(inListOrder);
    const counts = await this.dataSource.query<StatusCount[]>(
      `select assessment_id, status, count(*)::int as count from invitations where org_id = $1 group by assessment_id, status`,
      [actor.orgId],
    );
    const byAssessment = Map.groupBy(counts, (row) => row.assessment_id);
    return assessments.map((assessment) => counted(assessment, byAssessment.get(assessment.id) ?? []));
  }

  /** Open ones first, by title. */
  titles({ orgId }: Actor): Question<AssessmentTitle[]> {
    return {
      sql: `select id, title, closed_at is not null "isClosed" from assessments where org_id = $1`,
      values: [orgId],
      read: (rows: AssessmentTitle[]) => rows.toSorted(inListOrder),
    };
  }

  async find(actor: Actor, id: string): Promise<Assessment | null> {
    return isId(id) ? this.assessments.findOneBy({ orgId: actor.orgId, id }) : null;
  }

  /** `null` where another assessment has this title already, in whatever case. */
  async create(actor: Actor, title: string): Promise<Assessment | null> {
    const created = await this.dataSource.transaction(async (manager) => {
      const [row] = await manager.query<{ id: string }[]>(
        `insert into assessments (org_id, title) values ($1, $2) on conflict (org_id, lower(title)) do nothing returning id`,
        [actor.orgId, title],
      );
      if (row) {
        const subject = { type: 'assessment', id: row.id } as const;
        await recordActivity(manager, actor, { action: 'assessment.added', subject });
      }
      return row;
    });
    return created ? this.find(actor, created.id) : null;
  }

  async close(actor: Actor, id: string): Promise<Assessment | null> {
    return this.turn(actor, id, { from: IsNull(), to: () => 'now()', action: 'assessment.closed' });
  }

  async reopen(actor: Actor, id: string): Promise<Assessment | null> {
    return this.turn(actor, id, { from: Not(IsNull()), to: null, action: 'assessment.reopened' });
  }

  private async turn(
    actor: Actor,
    id: string,
    { from, to, action }: { from: FindOperator<Date>; to: (() => string) | null; action: ActivityAction },
  ): Promise<Assessment | null> {
    await this.dataSource.transaction(async (manager) => {
      const place = { orgId: actor.orgId, id, closedAt: from };
      const { affected } = await manager.update(Assessment, place, { closedAt: to });
      if (affected) {
        await recordActivity(manager, actor, { action, subject: { type: 'assessment', id } });
      }
    });
    return this.find(actor, id);
  }
}

function inListOrder(left: Titled, right: Titled): number {
  return Number(left.isClosed) - Number(right.isClosed) || left.title.localeCompare(right.title, 'en');
}

function counted(assessment: Assessment, rows: readonly StatusCount[]): CountedAssessment {
  const countOf = (status: InvitationStatus) => rows.find((row) => row.status === status)?.count ?? 0;
  const counts = Object.fromEntries(invitationStatuses.map((status) => [status, countOf(status)]));
  return {
    assessment,
    counts: counts as Record<InvitationStatus, number>,
    total: rows.reduce((sum, row) => sum + row.count, 0),
  };
}
