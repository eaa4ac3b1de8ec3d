import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { recordActivity } from '../../../activity/record-activity.js';
import { Jobs } from '../../../jobs/jobs.service.js';
import type { Actor } from '../../../shared/actor.js';
import { WorkRows, type WorkState } from '../work/work-rows.js';
import { BulkAction, type BulkKind } from './bulk-action.entity.js';

export const bulkActionQueue = 'act-on-bookings';

/** A booking of a bulk action, with what the page says of it. */
export interface BulkRow {
  readonly bookingId: string;
  readonly state: WorkState;
  readonly reason: string | null;
  readonly startTime: Date;
  readonly endTime: Date;
  readonly status: string;
  readonly name: string;
  readonly email: string;
}

/** Bulk actions and their rows. State and the intent to act are one transaction; a job does the acting. */
@Injectable()
export class BulkActionsService {
  readonly rows: WorkRows;

  constructor(
    private readonly dataSource: DataSource,
    jobs: Jobs,
  ) {
    const columns = {
      table: 'bulk_action_rows',
      list: 'action_id',
      subject: 'booking_id',
      noted: 'bulk-action',
    } as const;
    this.rows = new WorkRows(dataSource, jobs, { queue: bulkActionQueue, ...columns });
  }

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
      await this.rows.wake(manager, { orgId, listId: action.id });
      const subject = { type: 'bulk-action', id: action.id } as const;
      const after = { kind, count: bookingIds.length };
      await recordActivity(manager, actor, { action: 'bulk-action.begun', subject, after });
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
      `select b.id "bookingId", 'waiting' state, null reason, ${factColumns}
         from ${bookingsOfRows} where b.org_id = $1 and b.id = any($2::uuid[]) order by b.start_time, b.id`,
      [orgId, bookingIds],
    );
    return rows.length === bookingIds.length ? rows : null;
  }
}

const factColumns = `b.start_time "startTime", b.end_time "endTime", b.status,
  coalesce(i.name, b.attendee_name, '') name, coalesce(i.email, b.attendee_email, '') email`;
const rowColumns = `b.id "bookingId", r.state, r.reason, ${factColumns}`;
const bookingsOfRows = `(cal_com_bookings b left join invitations i on i.id = b.invitation_id)`;
