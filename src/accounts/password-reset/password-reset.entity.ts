import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { User } from '../user.entity.js';

/** A link for a new password; only a hash of its token is kept. */
@Entity('password_resets')
@Index('password_resets_by_user', ['userId'])
export class PasswordReset {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'password_resets_pk' })
  tokenHash!: string;

  @Column('uuid')
  @ForeignKey(() => User, { name: 'password_resets_user', onDelete: 'CASCADE' })
  userId!: string;

  @Column('timestamptz')
  expiresAt!: Date;

  /** It was used, or the password was changed otherwise. */
  @Column('timestamptz', { nullable: true })
  closedAt!: Date | null;
}
