import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';

/** Filters and order of the Scheduling page under a name: one person's, or shared with the organization. */
@Entity('saved_views')
@Index('saved_views_own', { synchronize: false })
@Index('saved_views_shared', { synchronize: false })
export class SavedView {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'saved_views_pk' })
  id!: string;

  @Column('uuid')
  @ForeignKey('Org', { name: 'saved_views_org', onDelete: 'CASCADE' })
  orgId!: string;

  /** Whoever saved it; a shared one outlives their account. */
  @Column('uuid', { nullable: true })
  @ForeignKey('User', { name: 'saved_views_user', onDelete: 'SET NULL' })
  userId!: string | null;

  @Column('boolean')
  shared!: boolean;

  @Column('text')
  name!: string;

  /** As in the address, without the text that is searched for. */
  @Column('text')
  words!: string;

  /** Apart and as it was typed, so that it can be found when it names somebody who is erased. */
  @Column('text')
  search!: string;

  @Column('timestamptz', { default: () => 'clock_timestamp()' })
  createdAt!: Date;
}
