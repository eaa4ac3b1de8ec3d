import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { recordActivity, type ActivityEntry } from '../../activity/record-activity.js';
import { Jobs } from '../../jobs/jobs.service.js';
import type { Actor } from '../../shared/actor.js';
import { Erasure } from './erasure.entity.js';
import { PeopleEraser } from './people-eraser.service.js';

export const erasureQueue = 'erase-people';

/** What an erasure would reach, or has reached. */
export interface ErasureCounts {
  /** Invitations that were picked, and those of the same addresses at other assessments. */
  readonly picked: number;
  readonly others: number;
  readonly waiting: number;
  /** Gone but for a mail that is on its way. */
  readonly held: number;
  readonly done: number;
}

export interface ErasureTotals extends ErasureCounts {
  readonly queuedMails: number;
  readonly mailsOnTheirWay: number;
  readonly bookings: number;
  /** Of interviews that are still to come. */
  readonly openBookings: number;
}

/** One invitation that an erasure is about. */
export interface PersonToErase {
  readonly id: string;
  readonly name: string;
  readonly assessment: string;
}

/** SQL: the invitation `i` is not erased, nor is anybody about to do so. */
export const isKept = `i.erased_at is null and not exists (
  select 1 from erasure_rows r join erasures e on e.id = r.erasure_id
   where r.invitation_id = i.id and e.begun_at is not null)`;
/** SQL: the booking `b` may be expected yet. One that Cal.com has lost may be there again: only what is over is over. */
export const isToCome = `b.status in ('pending', 'confirmed') and b.end_time > clock_timestamp()`;
const hasInterviewToCome = `exists (select 1 from cal_com_bookings b where b.invitation_id = i.id and ${isToCome})`;
const perChunk = 100;
/** So few are erased before the page answers. */
const mostAtOnce = 25;
const lookAgainAfterMs = 10_000;
const questionsKeptHours = 24;

/** People whose data goes: asked first, then in chunks, each of which is done or not begun. */
@Injectable()
export class ErasuresService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly eraser: PeopleEraser,
    private readonly jobs: Jobs,
  ) {}

  /**
   * A question so far: nothing goes. The same addresses at other assessments are taken in, because a person asks to be
   * forgotten and not an invitation. `null`: none of the ids is the organization's, or all are erased.
   */
  async propose(actor: Actor, invitationIds: readonly string[]): Promise<Erasure | null> {
    return this.dataSource.transaction(async (manager) => {
      const { id } = await manager.save(Erasure, { orgId: actor.orgId, createdBy: actor.userId });
      const rows = await manager.query<unknown[]>(
        `with picked as (
           select id, lower(email) address from invitations
            where org_id = $1 and id = any($3::uuid[]) and erased_at is null)
         insert into erasure_rows (erasure_id, invitation_id, org_id, picked)
         select $2, i.id, i.org_id, i.id in (select id from picked) from invitations i
          where i.org_id = $1 and i.erased_at is null and lower(i.email) in (select address from picked)
         returning 1`,
        [actor.orgId, id, invitationIds],
      );
      if (rows.length === 0) {
        await manager.delete(Erasure, { id });
        return null;
      }
      return manager.findOneByOrFail(Erasure, { orgId: actor.orgId, id });
    });
  }

  async find({ orgId }: Actor, id: string): Promise<Erasure | null> {
    return this.dataSource.getRepository(Erasure).findOneBy({ orgId, id });
  }

  /** Some of those whom it is about, first those who were picked. */
  async someOf({ orgId }: Actor, id: string, count: number): Promise<PersonToErase[]> {
    return this.dataSource.query<PersonToErase[]>(
      `select i.id, i.name, a.title assessment from erasure_rows r
         join invitations i on i.id = r.invitation_id join assessments a on a.id = i.assessment_id
        where r.org_id = $1 and r.erasure_id = $2 and i.erased_at is null order by r.picked desc, lower(i.name) collate "und-x-icu", i.id limit $3`,
      [orgId, id, count],
    );
  }

  async totals({ orgId }: Actor, id: string): Promise<ErasureTotals> {
    const [totals] = await this.dataSource.query<ErasureTotals[]>(
      `with rows as (select * from erasure_rows where org_id = $1 and erasure_id = $2)
       select count(*) filter (where picked)::int picked, count(*) filter (where not picked)::int others,
              count(*) filter (where state = 'waiting')::int waiting, count(*) filter (where state = 'held')::int held,
              count(*) filter (where state = 'done')::int done,
              (select count(*)::int from emails e join rows on rows.invitation_id = e.invitation_id
                where e.state in ('draft', 'queued')) "queuedMails",
              (select count(*)::int from emails e join rows on rows.invitation_id = e.invitation_id
                where e.state = 'sending') "mailsOnTheirWay",
              (select count(*)::int from cal_com_bookings b join rows on rows.invitation_id = b.invitation_id) bookings,
              (select count(*)::int from cal_com_bookings b join rows on rows.invitation_id = b.invitation_id
                where ${isToCome}) "openBookings"
         from rows`,
      [orgId, id],
    );
    return totals!;
  }

  /** Sets it going, once: a second click, or a colleague's, changes nothing. Few people are gone when this answers. */
  async begin(actor: Actor, id: string): Promise<void> {
    const begun = await this.dataSource.transaction((manager) => this.mark(manager, actor, id));
    if (begun && begun <= mostAtOnce) {
      await this.eraseChunk(actor.orgId, id);
    }
  }

  /**
   * In the caller's transaction, without a question: the invitations to one assessment that were there by then, and not
   * what else the same addresses are invited to. Answers whether all of them are reached: whoever has an interview to
   * come is left out.
   */
  async beginFor(manager: EntityManager, actor: Actor, assessmentId: string, thereBy: Date): Promise<boolean> {
    const { id } = await manager.save(Erasure, { orgId: actor.orgId, createdBy: actor.userId });
    const meant = 'i.org_id = $1 and i.assessment_id = $2 and i.created_at <= $3';
    await manager.query(
      `insert into erasure_rows (erasure_id, invitation_id, org_id)
       select $4, i.id, i.org_id from invitations i where ${meant} and ${isKept} and not ${hasInterviewToCome}`,
      [actor.orgId, assessmentId, thereBy, id],
    );
    const begun = await this.mark(manager, actor, id, {
      action: 'assessment.erased',
      subject: { type: 'assessment', id: assessmentId },
    });
    if (begun === 0) {
      await manager.delete(Erasure, { id });
    }
    const left = await manager.query<unknown[]>(`select 1 from invitations i where ${meant} and ${isKept} limit 1`, [
      actor.orgId,
      assessmentId,
      thereBy,
    ]);
    return left.length === 0;
  }

  /** Does what is to be done of all that were begun. Looks again later where a mail is still on its way. */
  async workOff(): Promise<void> {
    await this.dataSource.query(
      `delete from erasures where begun_at is null and created_at < clock_timestamp() - make_interval(hours => $1)`,
      [questionsKeptHours],
    );
    const open = await this.dataSource.query<{ id: string; orgId: string }[]>(
      `select id, org_id "orgId" from erasures where begun_at is not null and finished_at is null order by begun_at`,
    );
    for (const { id, orgId } of open) {
      while ((await this.eraseChunk(orgId, id)) > 0);
      await this.eraseHeld(orgId, id);
    }
    const [held] = await this.dataSource.query<unknown[]>(
      'select 1 from erasures where begun_at is not null and finished_at is null limit 1',
    );
    if (held) {
      const startAfter = new Date(Date.now() + lookAgainAfterMs);
      await this.jobs.enqueue(this.dataSource.manager, erasureQueue, {}, { startAfter, key: 'held' });
    }
  }

  /** Answers how many people it is about; 0 where it was begun before, or is about nobody. */
  private async mark(
    manager: EntityManager,
    actor: Actor,
    id: string,
    entry: ActivityEntry = { action: 'candidates.erased', subject: { type: 'erasure', id } },
  ): Promise<number> {
    const [, begun] = await manager.query<[unknown, number]>(
      `update erasures set begun_at = clock_timestamp()
        where org_id = $1 and id = $2 and begun_at is null
          and exists (select 1 from erasure_rows where erasure_id = $2)`,
      [actor.orgId, id],
    );
    if (begun === 0) {
      return 0;
    }
    const rows = await manager.query<{ id: string; count: number }[]>(
      `select invitation_id id, (count(*) over ())::int count from erasure_rows where org_id = $1 and erasure_id = $2
        limit 2`,
      [actor.orgId, id],
    );
    const count = rows[0]?.count ?? 0;
    await recordActivity(manager, actor, {
      ...entry,
      invitationId: count === 1 ? rows[0]!.id : null,
      after: { count },
    });
    await this.jobs.enqueue(manager, erasureQueue, {}, { key: 'now' });
    return count;
  }

  /** The next few that wait, in one transaction of their own; whoever else is at it takes others. */
  private async eraseChunk(orgId: string, id: string): Promise<number> {
    return this.dataSource.transaction(async (manager) => {
      const ids = await this.claim(manager, id, 'waiting', perChunk);
      if (ids.length > 0) {
        await this.eraser.erase(manager, orgId, ids);
        await this.settle(manager, orgId, id, ids);
      }
      return ids.length;
    });
  }

  private async eraseHeld(orgId: string, id: string): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      const ids = await this.claim(manager, id, 'held', null);
      await this.settle(manager, orgId, id, ids);
    });
  }

  private async claim(
    manager: EntityManager,
    id: string,
    state: 'waiting' | 'held',
    most: number | null,
  ): Promise<string[]> {
    const rows = await manager.query<{ id: string }[]>(
      `select invitation_id id from erasure_rows where erasure_id = $1 and state = $2
        order by invitation_id limit $3 for update skip locked`,
      [id, state, most],
    );
    return rows.map((row) => row.id);
  }

  private async settle(manager: EntityManager, orgId: string, id: string, ids: readonly string[]): Promise<void> {
    const held = ids.length > 0 ? await this.eraser.eraseRest(manager, orgId, ids) : new Set();
    await manager.query(
      `update erasure_rows set state = case when invitation_id = any($3::uuid[]) then 'held' else 'done' end,
              state_at = clock_timestamp()
        where erasure_id = $1 and invitation_id = any($2::uuid[])`,
      [id, ids, [...held]],
    );
    await manager.query(
      `update erasures set finished_at = clock_timestamp()
        where id = $1 and finished_at is null
          and not exists (select 1 from erasure_rows where erasure_id = $1 and state <> 'done')`,
      [id],
    );
  }
}
