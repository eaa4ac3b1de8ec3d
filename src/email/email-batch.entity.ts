import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** One request to the provider, frozen before its first call. Its id is the idempotency key of every attempt. */
@Entity('email_batches')
@Unique('email_batches_org_id', ['orgId', 'id'])
@Index('email_batches_by_org', ['orgId', 'createdAt'])
@Index('email_batches_open', ['nextAttemptAt'], { where: '(settled_at IS NULL)' })
export class EmailBatch {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'email_batches_pk' })
  id!: string;

  @Column('uuid')
  @ForeignKey('Org', { name: 'email_batches_org', onDelete: 'CASCADE' })
  orgId!: string;

  @Column('text')
  transport!: string;

  @Column('text')
  keyFingerprint!: string;

  /** In the order of the mails in the body. */
  @Column('uuid', { array: true })
  emailIds!: string[];

  /** Cleared once the batch is settled. */
  @Column('text', { nullable: true })
  body!: string | null;

  @Column('text')
  bodyHash!: string;

  /** Grows with every lease: whoever holds an older number has lost the batch. */
  @Column('integer', { default: 0 })
  claims!: number;

  /** Calls that may have had an effect; being told to wait is none. */
  @Column('integer', { default: 0 })
  attempts!: number;

  /** Some attempt ended without a clear answer: its mails may have gone out. */
  @Column('boolean', { default: false })
  unclear!: boolean;

  /** Since its last lease began: false only while it is certain that no byte of a mail has left. */
  @Column('boolean', { default: true })
  mayHaveLeft!: boolean;

  /** Set while a worker holds the batch; still set after it has passed, when the worker died. */
  @Column('timestamptz', { nullable: true })
  leaseUntil!: Date | null;

  @Column('timestamptz', { default: () => 'now()' })
  nextAttemptAt!: Date;

  @Column('timestamptz', { nullable: true })
  firstAttemptAt!: Date | null;

  @Column('timestamptz', { nullable: true })
  settledAt!: Date | null;

  /** How it ended; null while it is open. A released or split one has sent nothing. */
  @Column('text', { nullable: true })
  outcome!: 'answered' | 'released' | 'split' | null;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;
}
