import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import type { Role } from '../shared/actor.js';
import { Org } from './org.entity.js';
import { User } from './user.entity.js';

@Entity('memberships')
@Index('memberships_by_user', ['userId'])
@Check('memberships_role', `role in ('viewer', 'scheduler', 'admin')`)
export class Membership {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'memberships_pk' })
  @ForeignKey(() => Org, { name: 'memberships_org', onDelete: 'CASCADE' })
  orgId!: string;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'memberships_pk' })
  @ForeignKey(() => User, { name: 'memberships_user', onDelete: 'CASCADE' })
  userId!: string;

  @Column('text')
  role!: Role;

  /** It came by groups at the provider of OpenID Connect, which decide about it. */
  @Column('boolean', { default: false })
  fromProvider!: boolean;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;

  /** When the person entered this organization by choice: the last one chosen is where they land after signing in. */
  @Column('timestamptz', { nullable: true })
  chosenAt!: Date | null;

  /** To the minute. */
  @Column('timestamptz', { nullable: true })
  lastSeenAt!: Date | null;
}
