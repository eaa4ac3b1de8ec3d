import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { InvitationStatus } from '../../../candidates/invitation.entity.js';
import type { SchedulingStatus } from '../scheduling-status.js';

/** What the Scheduling list sorts and filters by, of one invitation; kept by `CandidateStates` alone. */
@Entity('candidate_states')
@Index('candidate_states_by_name', { synchronize: false })
@Index('candidate_states_by_submission', { synchronize: false })
@Index('candidate_states_by_activity', { synchronize: false })
@Index('candidate_states_by_status', ['orgId', 'schedulingStatus', 'status'])
@Index('candidate_states_by_assessment', ['orgId', 'assessmentId', 'schedulingStatus'])
@Index('candidate_states_mailed', { synchronize: false })
@Index('candidate_states_attention', { synchronize: false })
@Index('candidate_states_due', { synchronize: false })
@Index('candidate_states_to_settle', ['orgId', 'invitationId'], { where: 'to_settle' })
export class CandidateState {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'candidate_states_pk' })
  invitationId!: string;

  @Column('uuid')
  orgId!: string;

  @Column('uuid')
  assessmentId!: string;

  @Column('text')
  status!: InvitationStatus;

  @Column('text')
  schedulingStatus!: SchedulingStatus;

  @Column('boolean')
  needsAttention!: boolean;

  /** The name in small letters, in the order of its collation. */
  @Column({ type: 'text', collation: 'und-x-icu' })
  nameKey!: string;

  /** The address in small letters. */
  @Column('text')
  emailKey!: string;

  /** The epoch for whoever never handed in. */
  @Column('timestamptz')
  submittedAt!: Date;

  @Column('timestamptz')
  lastActivity!: Date;

  @Column('timestamptz', { nullable: true })
  mailedAt!: Date | null;

  /** Of what a time can still be chosen: event type and length, `4:30`, or `4:0` for its own length. */
  @Column('text', { array: true })
  choosing!: string[];

  /** Whether a booking of theirs needed attention; those that are over since then count no more. */
  @Column('boolean', { default: false })
  toSettle!: boolean;

  /** When the first of the open links ends by itself. */
  @Column('timestamptz', { nullable: true })
  freshUntil!: Date | null;
}
