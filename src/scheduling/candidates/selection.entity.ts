import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';

/** All that matched when somebody selected them: by ids alone, so that it keeps nothing about a person. */
@Entity('selections')
@Index('selections_by_org', ['orgId', 'createdAt'])
export class Selection {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'selections_pk' })
  id!: string;

  @Column('uuid')
  @ForeignKey('Org', { name: 'selections_org', onDelete: 'CASCADE' })
  orgId!: string;

  @Column('uuid')
  @ForeignKey('User', { name: 'selections_user', onDelete: 'CASCADE' })
  userId!: string;

  /** By name, as they were then; a row of the page is known by its place in here. */
  @Column('uuid', { array: true })
  invitationIds!: string[];

  @Column('timestamptz', { default: () => 'clock_timestamp()' })
  createdAt!: Date;
}
