import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Assessment } from './assessment.entity.js';
import { Invitation } from './invitation.entity.js';

/** What an erased candidate of an assessment is known by, should somebody hand them over once more. */
@Entity('tombstones')
@Check('tombstones_kind', `kind in ('external_id', 'address')`)
@Index('tombstones_by_invitation', ['invitationId'])
@ForeignKey(() => Assessment, ['orgId', 'assessmentId'], ['orgId', 'id'], {
  name: 'tombstones_assessment',
  onDelete: 'CASCADE',
})
@ForeignKey(() => Invitation, ['orgId', 'invitationId'], ['orgId', 'id'], {
  name: 'tombstones_invitation',
  onDelete: 'CASCADE',
})
export class Tombstone {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'tombstones_pk' })
  orgId!: string;

  /** Of the external id, or of the address in lower case. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'tombstones_pk' })
  fingerprint!: string;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'tombstones_pk' })
  assessmentId!: string;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'tombstones_pk' })
  invitationId!: string;

  @Column('text')
  kind!: 'external_id' | 'address';

  @Column('timestamptz', { default: () => 'clock_timestamp()' })
  erasedAt!: Date;
}
