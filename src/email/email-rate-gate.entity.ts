import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The pace of the calls with one key: one row, shared by every replica, on the database's clock. */
@Entity('email_rate_gates')
export class EmailRateGate {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'email_rate_gates_pk' })
  keyFingerprint!: string;

  /** What the provider allows: the configured number until an answer tells another. */
  @Column('double precision')
  requestsPerSecond!: number;

  @Column('double precision', { default: 0 })
  configuredRequestsPerSecond!: number;

  /** When the last calls left, and when those that have their turn will. */
  @Column('timestamptz', { array: true, default: '{}' })
  calls!: Date[];

  /** The provider asked for no call before this. */
  @Column('timestamptz', { nullable: true })
  heldUntil!: Date | null;

  /** Added to each second because calls do not arrive as evenly as they leave; grows when that did not suffice. */
  @Column('double precision', { default: 20 })
  guardMs!: number;

  /** The provider takes nothing until something is put right; one call tries after this time. */
  @Column('timestamptz', { nullable: true })
  pausedUntil!: Date | null;

  @Column('text', { nullable: true })
  pauseCode!: string | null;

  @Column('text', { nullable: true })
  pauseReason!: string | null;
}
