import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { Jobs } from '../../../jobs/jobs.service.js';
import type { Actor } from '../../../shared/actor.js';
import type { BulkRowState } from './bulk-action-row.entity.js';
import { BulkAction, type BulkKind } from './bulk-action.entity.js';

export const bulkActionQueue = 'act-on-bookings';

/** What the job of a bulk action is given. */
export interface BulkActionJob {
  readonly orgId: string;
  readonly actionId: string;
}

/** A booking of a bulk action, with what the page says of it. */
export interface BulkRow {
  readonly bookingId: string;
  readonly uid: string;
  readonly state: BulkRowState;
  readonly reason: string | null;
  readonly startTime: Date;
  readonly endTime: Date;
  readonly status: string;
  readonly name: string;
  readonly email: string;
}

export interface ClaimedRow {
  readonly bookingId: string;
  readonly uid: string;
}

const longerThanAnyCallSeconds = 180;

/** Bulk actions and their rows. State and the intent to act are one transaction; a job does the acting. */
@Injectable()
export class BulkActionsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly jobs: Jobs,
  ) {}

  /** The ids must be the actor's own bookings. */
  async begin(actor: Actor, kind: BulkKind, bookingIds: readonly string[], reason: string): Promise<BulkAction> {
    const { orgId, userId } = actor;
    return this.dataSource.transaction(async (manager) => {
      const action = await manager.save(BulkAction, { orgId, kind, reason, createdBy: userId });
      await manager.query(
        `insert into bulk_action_rows (action_id, org_id, booking_id, position)
         select $1, $2, b.id, row_number() over (order by b.start_time, b.id)
           from cal_com_bookings b where b.org_id = $2 and b.id = any($3::uuid[])`,
        [action.id, orgId, bookingIds],
      );
      await this.wake(manager, orgId, action.id);
      return action;
    });
  }

  async find({ orgId }: Actor, id: string): Promise<BulkAction | null> {
    return this.dataSource.getRepository(BulkAction).findOneBy({ orgId, id });
  }

  async listRows({ orgId }: Actor, actionId: string): Promise<BulkRow[]> {
    return this.dataSource.query<BulkRow[]>(
      `select ${rowColumns} from bulk_action_rows r join ${bookingsOfRows} on b.id = r.booking_id
        where r.org_id = $1 and r.action_id = $2 order by r.position`,
      [orgId, actionId],
    );
  }

  /** These bookings as a bulk action would list them; null when one is not the actor's own. */
  async preview({ orgId }: Actor, bookingIds: readonly string[]): Promise<BulkRow[] | null> {
    const rows = await this.dataSource.query<BulkRow[]>(
      `select b.id "bookingId", b.booking_id uid, 'waiting' state, null reason, ${factColumns}
         from ${bookingsOfRows} where b.org_id = $1 and b.id = any($2::uuid[]) order by b.start_time, b.id`,
      [orgId, bookingIds],
    );
    return rows.length === bookingIds.length ? rows : null;
  }

  /** The failed ones once more; how many. What was stopped stays so. */
  async retryFailed({ orgId }: Actor, actionId: string): Promise<number> {
    return this.dataSource.transaction(async (manager) => {
      const retried = await this.turn(manager, orgId, actionId, { from: 'failed', to: 'waiting' });
      if (retried > 0) {
        await this.wake(manager, orgId, actionId);
      }
      return retried;
    });
  }

  /** What has not begun does not begin any more; how many. */
  async stop({ orgId }: Actor, actionId: string): Promise<number> {
    return this.turn(this.dataSource.manager, orgId, actionId, { from: 'waiting', to: 'stopped' });
  }

  /** Takes the next row that waits, or one whose worker died; null when there is none. */
  async claim({ orgId, actionId }: BulkActionJob): Promise<ClaimedRow | null> {
    const [rows] = await this.dataSource.query<[ClaimedRow[], number]>(
      `update bulk_action_rows r set state = 'working', state_at = clock_timestamp()
         from cal_com_bookings b
        where b.id = r.booking_id and (r.action_id, r.booking_id) in (
           select action_id, booking_id from bulk_action_rows
            where org_id = $1 and action_id = $2
              and (state = 'waiting' or (state = 'working' and state_at < clock_timestamp() - make_interval(secs => $3)))
            order by position limit 1 for update skip locked)
       returning r.booking_id "bookingId", b.booking_id uid`,
      [orgId, actionId, longerThanAnyCallSeconds],
    );
    return rows[0] ?? null;
  }

  async settle(
    { orgId, actionId }: BulkActionJob,
    bookingId: string,
    { state, reason }: { state: BulkRowState; reason: string | null },
  ): Promise<void> {
    await this.dataSource.query(
      `update bulk_action_rows set state = $4, reason = $5, state_at = clock_timestamp()
        where org_id = $1 and action_id = $2 and booking_id = $3 and state = 'working'`,
      [orgId, actionId, bookingId, state, reason],
    );
  }

  async wake(manager: EntityManager, orgId: string, actionId: string, startAfter?: Date): Promise<void> {
    await this.jobs.enqueue(
      manager,
      bulkActionQueue,
      { orgId, actionId },
      { key: actionId, ...(startAfter && { startAfter }) },
    );
  }

  private async turn(
    manager: EntityManager,
    orgId: string,
    actionId: string,
    { from, to }: { from: BulkRowState; to: BulkRowState },
  ): Promise<number> {
    const [, count] = await manager.query<[unknown[], number]>(
      `update bulk_action_rows set state = $4, reason = null, state_at = clock_timestamp()
        where org_id = $1 and action_id = $2 and state = $3`,
      [orgId, actionId, from, to],
    );
    return count;
  }
}

const factColumns = `b.start_time "startTime", b.end_time "endTime", b.status,
  coalesce(i.name, b.attendee_name, '') name, coalesce(i.email, b.attendee_email, '') email`;
const rowColumns = `b.id "bookingId", b.booking_id uid, r.state, r.reason, ${factColumns}`;
const bookingsOfRows = `(cal_com_bookings b left join invitations i on i.id = b.invitation_id)`;
