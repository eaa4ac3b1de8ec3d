import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import { Email } from './email.entity.js';

/** What happened to one email, in order; append-only. */
@Entity('email_events')
@Index('email_events_by_email', ['emailId', 'id'])
@ForeignKey(() => Email, ['orgId', 'emailId'], ['orgId', 'id'], { name: 'email_events_email', onDelete: 'CASCADE' })
export class EmailEvent {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'email_events_pk',
  })
  id!: string;

  @Column('uuid')
  orgId!: string;

  @Column('uuid')
  emailId!: string;

  @Column('uuid', { nullable: true })
  batchId!: string | null;

  @Column('text')
  type!: string;

  /** The provider's id of the mail, where the event tells it. */
  @Column('text', { nullable: true })
  providerId!: string | null;

  @Column('text', { nullable: true })
  detail!: string | null;

  @Column('timestamptz', { default: () => 'clock_timestamp()' })
  at!: Date;
}
