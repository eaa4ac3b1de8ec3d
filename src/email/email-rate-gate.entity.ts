import { Column, Entity, PrimaryColumn } from 'typeorm';

/** When the next call with this key may leave: one row per key, shared by every replica. */
@Entity('email_rate_gates')
export class EmailRateGate {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'email_rate_gates_pk' })
  keyFingerprint!: string;

  @Column('timestamptz', { default: () => 'now()' })
  nextAt!: Date;

  @Column('double precision')
  requestsPerSecond!: number;

  /** The provider takes nothing until something is put right; one call tries after this time. */
  @Column('timestamptz', { nullable: true })
  pausedUntil!: Date | null;

  @Column('text', { nullable: true })
  pauseCode!: string | null;

  @Column('text', { nullable: true })
  pauseReason!: string | null;
}
