import { Check, Column, Entity, ForeignKey, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { Org } from '../../../accounts/org.entity.js';
import { User } from '../../../accounts/user.entity.js';

export const bulkKinds = ['cancel', 'no_show'] as const;
export type BulkKind = (typeof bulkKinds)[number];

/** One thing that is done with many bookings, one after the other; what became of each stands in its row. */
@Entity('bulk_actions')
@Unique('bulk_actions_org_id', ['orgId', 'id'])
@Check('bulk_actions_kind', `kind in ('cancel', 'no_show')`)
export class BulkAction {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'bulk_actions_pk' })
  id!: string;

  @Column('uuid')
  @ForeignKey(() => Org, { name: 'bulk_actions_org', onDelete: 'CASCADE' })
  orgId!: string;

  @Column('text')
  kind!: BulkKind;

  /** Cal.com mails it to the candidates. */
  @Column('text', { default: '' })
  reason!: string;

  @Column('uuid', { nullable: true })
  @ForeignKey(() => User, { name: 'bulk_actions_created_by', onDelete: 'SET NULL' })
  createdBy!: string | null;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;
}
