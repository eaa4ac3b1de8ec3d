import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import type { Role } from '../../shared/actor.js';
import { Org } from '../org.entity.js';
import { User } from '../user.entity.js';

/** Asks one address to join an organization. It is gone once it is taken up or withdrawn. */
@Entity('member_invites')
@Unique('member_invites_token', ['tokenHash'])
@Index('member_invites_address', { synchronize: false })
@Check('member_invites_role', `role in ('viewer', 'scheduler', 'admin')`)
export class MemberInvite {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'member_invites_pk' })
  id!: string;

  @Column('uuid')
  @ForeignKey(() => Org, { name: 'member_invites_org', onDelete: 'CASCADE' })
  orgId!: string;

  /** One invite of an organization has it, whatever its case. */
  @Column('text')
  address!: string;

  @Column('text')
  role!: Role;

  @Column('text')
  tokenHash!: string;

  @Column('uuid', { nullable: true })
  @ForeignKey(() => User, { name: 'member_invites_invited_by', onDelete: 'SET NULL' })
  invitedBy!: string | null;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;

  /** Sending it again gives it another token and another 72 hours. */
  @Column('timestamptz')
  expiresAt!: Date;
}
