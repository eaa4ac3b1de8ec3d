import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Invitation } from '../../../candidates/invitation.entity.js';
import type { WorkState } from '../work/work-rows.js';
import { BookingAssignment } from './booking-assignment.entity.js';

/** The time of one candidate. `working` is a claim: after a while another replica may take it over. */
@Entity('booking_assignment_rows')
@Check('booking_assignment_rows_state', `state in ('waiting', 'working', 'done', 'failed', 'stopped')`)
@Index('booking_assignment_rows_by_invitation', ['invitationId'])
@ForeignKey(() => BookingAssignment, ['orgId', 'assignmentId'], ['orgId', 'id'], {
  name: 'booking_assignment_rows_assignment',
  onDelete: 'CASCADE',
})
@ForeignKey(() => Invitation, ['orgId', 'invitationId'], ['orgId', 'id'], {
  name: 'booking_assignment_rows_invitation',
  onDelete: 'CASCADE',
})
export class BookingAssignmentRow {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'booking_assignment_rows_pk' })
  assignmentId!: string;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'booking_assignment_rows_pk' })
  invitationId!: string;

  @Column('uuid')
  orgId!: string;

  @Column('integer')
  position!: number;

  @Column('timestamptz')
  startTime!: Date;

  /** The candidate's, as it was checked. */
  @Column('text')
  timeZone!: string;

  /** Cal.com's uids of what the candidate had when it was checked: these are cancelled for it, and no others. */
  @Column('text', { array: true, default: '{}' })
  replaces!: string[];

  @Column('text', { default: 'waiting' })
  state!: WorkState;

  /** What became of it, in plain words. */
  @Column('text', { nullable: true })
  reason!: string | null;

  /** Cal.com's uid of what the candidate has now. */
  @Column('text', { nullable: true })
  bookingId!: string | null;

  @Column('timestamptz', { default: () => 'now()' })
  stateAt!: Date;
}
