import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { InvitationStatus } from '../../../candidates/invitation.entity.js';
import type { SchedulingStatus } from '../scheduling-status.js';

const primaryKeyConstraintName = 'candidate_counts_pk';

/** How many states are alike in what the list counts; kept by triggers. */
@Entity('candidate_counts')
export class CandidateCount {
  @PrimaryColumn('uuid', { primaryKeyConstraintName })
  orgId!: string;

  @PrimaryColumn('uuid', { primaryKeyConstraintName })
  assessmentId!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName })
  status!: InvitationStatus;

  @PrimaryColumn('text', { primaryKeyConstraintName })
  schedulingStatus!: SchedulingStatus;

  @PrimaryColumn('boolean', { primaryKeyConstraintName })
  needsAttention!: boolean;

  @Column('integer')
  count!: number;
}
