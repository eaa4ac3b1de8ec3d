import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { Org } from '../accounts/org.entity.js';

/** Something candidates hand in. Its title names it within an organization, whatever the case of its letters. */
@Entity('assessments')
@Unique('assessments_org_id', ['orgId', 'id'])
@Unique('assessments_external_id', ['orgId', 'externalId'])
@Index('assessments_title', { synchronize: false })
export class Assessment {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'assessments_pk' })
  id!: string;

  @Column('uuid')
  @ForeignKey(() => Org, { name: 'assessments_org', onDelete: 'CASCADE' })
  orgId!: string;

  /** The id that the assessment platform gave it. */
  @Column('text', { nullable: true })
  externalId!: string | null;

  @Column('text')
  title!: string;

  @Column('timestamptz', { nullable: true })
  closedAt!: Date | null;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;

  get isClosed(): boolean {
    return this.closedAt !== null;
  }
}
