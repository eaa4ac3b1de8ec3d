import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { recordActivity } from '../../../activity/record-activity.js';
import { Jobs } from '../../../jobs/jobs.service.js';
import type { Actor } from '../../../shared/actor.js';
import type { EventTypeChoice } from '../../event-type-choices.service.js';
import { WorkRows, type WorkJob, type WorkState } from '../work/work-rows.js';
import { BookingAssignmentRow } from './booking-assignment-row.entity.js';
import { BookingAssignment } from './booking-assignment.entity.js';
import type { PickedTime } from './picked-time.js';

export const assignmentQueue = 'book-assigned-times';

/** A row with what its page says of it. */
export interface AssignedTime {
  readonly invitationId: string;
  readonly name: string;
  readonly email: string;
  readonly state: WorkState;
  readonly reason: string | null;
  readonly startTime: Date;
  readonly timeZone: string;
  /** Our own id of the booking, and when that is; null while there is none. */
  readonly bookingId: string | null;
  readonly bookingStart: Date | null;
}

/** Assigned times. State and the intent to act are one transaction; a job does the booking. */
@Injectable()
export class AssignmentsService {
  readonly rows: WorkRows;

  constructor(
    private readonly dataSource: DataSource,
    jobs: Jobs,
  ) {
    const columns = {
      table: 'booking_assignment_rows',
      list: 'assignment_id',
      subject: 'invitation_id',
      noted: 'assignment',
    } as const;
    this.rows = new WorkRows(dataSource, jobs, { queue: assignmentQueue, ...columns });
  }

  /** The candidates must be the actor's own; they are booked in the order of their times. */
  async begin(
    actor: Actor,
    { eventTypeId, lengthInMinutes }: EventTypeChoice,
    picked: readonly (PickedTime & { readonly timeZone: string })[],
  ): Promise<BookingAssignment> {
    const { orgId, userId } = actor;
    const inOrder = picked.toSorted((one, other) => one.start.getTime() - other.start.getTime());
    return this.dataSource.transaction(async (manager) => {
      const assignment = await manager.save(BookingAssignment, {
        orgId,
        eventTypeId,
        lengthInMinutes,
        createdBy: userId,
      });
      await manager.insert(
        BookingAssignmentRow,
        inOrder.map(({ invitationId, start, timeZone, replaces }, index) => ({
          assignmentId: assignment.id,
          invitationId,
          orgId,
          position: index + 1,
          startTime: start,
          timeZone,
          replaces: [...replaces],
        })),
      );
      await this.rows.wake(manager, { orgId, listId: assignment.id });
      const subject = { type: 'assignment', id: assignment.id } as const;
      const after = { eventTypeId, count: picked.length };
      await recordActivity(manager, actor, { action: 'assignment.begun', subject, after });
      return assignment;
    });
  }

  async find({ orgId }: Actor, id: string): Promise<BookingAssignment | null> {
    return this.dataSource.getRepository(BookingAssignment).findOneBy({ orgId, id });
  }

  async findRow({ orgId, listId }: WorkJob, invitationId: string): Promise<BookingAssignmentRow | null> {
    return this.dataSource.getRepository(BookingAssignmentRow).findOneBy({ orgId, assignmentId: listId, invitationId });
  }

  async listRows({ orgId }: Actor, assignmentId: string): Promise<AssignedTime[]> {
    return this.dataSource.query<AssignedTime[]>(
      `select r.invitation_id "invitationId", i.name, i.email, r.state, r.reason, r.start_time "startTime",
              r.time_zone "timeZone", b.id "bookingId", b.start_time "bookingStart"
         from booking_assignment_rows r
         join invitations i on i.id = r.invitation_id
         left join cal_com_bookings b on b.org_id = r.org_id and b.booking_id = r.booking_id
        where r.org_id = $1 and r.assignment_id = $2 order by r.position`,
      [orgId, assignmentId],
    );
  }

  /** When interviews of this kind are to be, booked or about to be: Cal.com offers a time that only waits for a yes. */
  async listTaken({ orgId }: Actor, eventTypeId: number): Promise<{ start: Date; end: Date | null }[]> {
    return this.dataSource.query<{ start: Date; end: Date | null }[]>(
      `select start_time start, end_time "end" from cal_com_bookings
        where org_id = $1 and event_type_id = $2 and status in ('pending', 'confirmed')
          and end_time > clock_timestamp()
        union all
       select r.start_time, null from booking_assignment_rows r
         join booking_assignments a on a.id = r.assignment_id
        where r.org_id = $1 and a.event_type_id = $2 and r.state in ('waiting', 'working')`,
      [orgId, eventTypeId],
    );
  }

  /** Cal.com's uid of what the candidate has now. */
  async noteBooking({ orgId, listId }: WorkJob, invitationId: string, uid: string): Promise<void> {
    await this.dataSource
      .getRepository(BookingAssignmentRow)
      .update({ orgId, assignmentId: listId, invitationId }, { bookingId: uid });
  }
}
