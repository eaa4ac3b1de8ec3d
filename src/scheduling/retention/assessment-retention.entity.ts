import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { Assessment } from '../../candidates/assessment.entity.js';

/**
 * What was announced or promised about the candidates of a closed assessment. It counts for as long as the assessment
 * stays closed since `closedAt`: reopening it takes back both.
 */
@Entity('assessment_retentions')
@Check('assessment_retentions_notice', `num_nulls(noticed_at, erase_at, candidates) in (0, 3)`)
@ForeignKey(() => Assessment, ['orgId', 'assessmentId'], ['orgId', 'id'], {
  name: 'assessment_retentions_assessment',
  onDelete: 'CASCADE',
})
export class AssessmentRetention {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'assessment_retentions_pk' })
  orgId!: string;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'assessment_retentions_pk' })
  assessmentId!: string;

  @Column('timestamptz')
  closedAt!: Date;

  /** Whatever the rule says; null: nobody asked for it. */
  @Column('timestamptz', { nullable: true })
  keptUntil!: Date | null;

  /** Who came to the assessment later is not meant. */
  @Column('timestamptz', { nullable: true })
  noticedAt!: Date | null;

  @Column('timestamptz', { nullable: true })
  eraseAt!: Date | null;

  /** How many there were when it was announced. */
  @Column('integer', { nullable: true })
  candidates!: number | null;
}
