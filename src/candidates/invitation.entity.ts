import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { Assessment } from './assessment.entity.js';

export const invitationStatuses = ['invited', 'started', 'submitted', 'reviewed', 'closed'] as const;
export type InvitationStatus = (typeof invitationStatuses)[number];

/** One candidate invited to one assessment: the row that this product schedules. */
@Entity('invitations')
@Unique('invitations_org_id', ['orgId', 'id'])
@Unique('invitations_external_id', ['orgId', 'assessmentId', 'externalId'])
@Check('invitations_status', `status in ('invited', 'started', 'submitted', 'reviewed', 'closed')`)
@Index('invitations_email', { synchronize: false })
@Index('invitations_text', { synchronize: false })
@ForeignKey(() => Assessment, ['orgId', 'assessmentId'], ['orgId', 'id'], {
  name: 'invitations_assessment',
  onDelete: 'CASCADE',
})
export class Invitation {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'invitations_pk' })
  id!: string;

  @Column('uuid')
  orgId!: string;

  @Column('uuid')
  assessmentId!: string;

  /** The id that the assessment platform gave it, unique within the assessment. */
  @Column('text', { nullable: true })
  externalId!: string | null;

  @Column('text')
  name!: string;

  @Column('text')
  email!: string;

  @Column('text', { default: 'invited' })
  status!: InvitationStatus;

  @Column('timestamptz', { nullable: true })
  submittedAt!: Date | null;

  /** An IANA name, where it is known. */
  @Column('text', { nullable: true })
  timeZone!: string | null;

  @Column('timestamptz', { nullable: true })
  declinedAt!: Date | null;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { default: () => 'now()' })
  updatedAt!: Date;

  /** Since then it says nothing of its person any more. */
  @Column('timestamptz', { nullable: true })
  erasedAt!: Date | null;

  get isHandedIn(): boolean {
    return this.status === 'submitted' || this.status === 'reviewed';
  }

  get isDeclined(): boolean {
    return this.declinedAt !== null;
  }
}
