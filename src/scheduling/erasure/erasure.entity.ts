import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { Org } from '../../accounts/org.entity.js';
import { User } from '../../accounts/user.entity.js';

/** People whose data is to go, from the question on. */
@Entity('erasures')
@Unique('erasures_org_id', ['orgId', 'id'])
@Index('erasures_under_way', ['begunAt'], { where: '(finished_at IS NULL)' })
export class Erasure {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'erasures_pk' })
  id!: string;

  @Column('uuid')
  @ForeignKey(() => Org, { name: 'erasures_org', onDelete: 'CASCADE' })
  orgId!: string;

  @Column('uuid', { nullable: true })
  @ForeignKey(() => User, { name: 'erasures_created_by', onDelete: 'SET NULL' })
  createdBy!: string | null;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;

  /** Null: it is a question so far. */
  @Column('timestamptz', { nullable: true })
  begunAt!: Date | null;

  @Column('timestamptz', { nullable: true })
  finishedAt!: Date | null;
}
