import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';

/** Why an address gets no mail: the provider said it must not, or its owner did. */
export type SuppressionCause = 'bounce' | 'complaint' | 'opt_out';

/** The `reason_code` of a mail that is skipped for it. */
export function skipCodeFor(cause: SuppressionCause): 'opted_out' | 'suppressed' {
  return cause === 'opt_out' ? 'opted_out' : 'suppressed';
}

/** An address that an organization does not write to; in force until somebody lifts it. */
@Entity('suppressions')
@Check('suppressions_address', `address = lower(address)`)
@Check('suppressions_cause', `cause in ('bounce', 'complaint', 'opt_out')`)
@Index('suppressions_in_force', ['orgId', 'address', 'cause'], { unique: true, where: '(lifted_at IS NULL)' })
export class Suppression {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'suppressions_pk' })
  id!: string;

  @Column('uuid')
  @ForeignKey('Org', { name: 'suppressions_org', onDelete: 'CASCADE' })
  orgId!: string;

  /** In lower case. */
  @Column('text')
  address!: string;

  @Column('text')
  cause!: SuppressionCause;

  /** What the provider said, in plain words. */
  @Column('text', { nullable: true })
  detail!: string | null;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { nullable: true })
  liftedAt!: Date | null;

  @Column('uuid', { nullable: true })
  @ForeignKey('User', { name: 'suppressions_lifted_by', onDelete: 'SET NULL' })
  liftedBy!: string | null;

  @Column('text', { nullable: true })
  liftReason!: string | null;
}
