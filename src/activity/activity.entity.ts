import { Check, Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** Who did something; `nobody`: whoever tried to sign in and was not recognised. */
export const activityWho = ['person', 'token', 'system', 'command', 'candidate', 'nobody'] as const;
export type ActivityWho = (typeof activityWho)[number];

/** Who did what, in order; append-only: the database refuses to change or delete a row. Ids, and no names. */
@Entity('activity')
@Check('activity_who', `who in ('person', 'token', 'system', 'command', 'candidate', 'nobody')`)
@Index('activity_newest', { synchronize: false })
@Index('activity_by_action', ['orgId', 'action', 'at', 'id'])
@Index('activity_by_who', ['orgId', 'who', 'whoId', 'at', 'id'])
@Index('activity_by_subject', { synchronize: false })
@Index('activity_by_invitation', { synchronize: false })
export class Activity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'activity_pk',
  })
  id!: string;

  /** Null: it belongs to a person or the installation, and to no organization. */
  @Column('uuid', { nullable: true })
  orgId!: string | null;

  @Column('timestamptz', { default: () => 'statement_timestamp()' })
  at!: Date;

  @Column('text')
  who!: ActivityWho;

  /** Of the person or the API token. */
  @Column('uuid', { nullable: true })
  whoId!: string | null;

  @Column('text')
  action!: string;

  @Column('text', { nullable: true })
  subjectType!: string | null;

  @Column('text', { nullable: true })
  subjectId!: string | null;

  /** The candidate it is about. */
  @Column('uuid', { nullable: true })
  invitationId!: string | null;

  @Column('jsonb', { nullable: true })
  before!: Readonly<Record<string, unknown>> | null;

  @Column('jsonb', { nullable: true })
  after!: Readonly<Record<string, unknown>> | null;
}
