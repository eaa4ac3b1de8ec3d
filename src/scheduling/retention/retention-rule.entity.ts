import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { Org } from '../../accounts/org.entity.js';

/** When an organization's candidates are erased without anybody asking. Whoever changes or follows it holds its row. */
@Entity('retention_rules')
@Check('retention_rules_days', `erase_after_days between 1 and 3650`)
export class RetentionRule {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'retention_rules_pk' })
  @ForeignKey(() => Org, { name: 'retention_rules_org', onDelete: 'CASCADE' })
  orgId!: string;

  /** After their assessment closes; null: never. */
  @Column('integer', { nullable: true })
  eraseAfterDays!: number | null;

  @Column('timestamptz', { default: () => 'clock_timestamp()' })
  changedAt!: Date;
}
