import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Org } from '../../../accounts/org.entity.js';

/** A write that carried an `Idempotency-Key`, and what it was answered; without an answer it is still running. */
@Entity('idempotency_keys')
@Check('idempotency_keys_answered', `(status is null) = (body is null)`)
@Index('idempotency_keys_by_age', ['createdAt'])
@ForeignKey('Send', ['orgId', 'sendId'], ['orgId', 'id'], { name: 'idempotency_keys_send', onDelete: 'CASCADE' })
export class IdempotencyKey {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'idempotency_keys_pk' })
  @ForeignKey(() => Org, { name: 'idempotency_keys_org', onDelete: 'CASCADE' })
  orgId!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'idempotency_keys_pk' })
  key!: string;

  /** Of method, path and body. */
  @Column('text')
  requestHash!: string;

  @Column('integer', { nullable: true })
  status!: number | null;

  @Column('text', { nullable: true })
  body!: string | null;

  /** What it started; noted in the same transaction. */
  @Column('uuid', { nullable: true })
  sendId!: string | null;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;
}
