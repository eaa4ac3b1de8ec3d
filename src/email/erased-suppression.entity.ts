import { Check, Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import type { SuppressionCause } from './suppression.entity.js';

/** A suppression whose address was erased. It comes into force again should the address ever come back. */
@Entity('erased_suppressions')
@Check('erased_suppressions_cause', `cause in ('bounce', 'complaint', 'opt_out')`)
export class ErasedSuppression {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'erased_suppressions_pk' })
  @ForeignKey('Org', { name: 'erased_suppressions_org', onDelete: 'CASCADE' })
  orgId!: string;

  /** Of the address in lower case. */
  @PrimaryColumn('text', { primaryKeyConstraintName: 'erased_suppressions_pk' })
  fingerprint!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'erased_suppressions_pk' })
  cause!: SuppressionCause;

  /** Of the suppression. */
  @Column('timestamptz')
  createdAt!: Date;
}
