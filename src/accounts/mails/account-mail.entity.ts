import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import { Org } from '../org.entity.js';
import { User } from '../user.entity.js';
import type { AccountMailKind } from './account-mail-words.js';

/** A mail to somebody who has, or is to have, an account; it belongs to no candidate. */
@Entity('account_mails')
@Index('account_mails_by_age', ['createdAt'])
@Check('account_mails_state', `state in ('waiting', 'taken', 'given_up')`)
@Check('account_mails_token', `state = 'waiting' or sealed_token is null`)
export class AccountMail {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'account_mails_pk' })
  id!: string;

  @Column('text')
  kind!: AccountMailKind;

  @Column('text')
  toAddress!: string;

  @Column('uuid', { nullable: true })
  @ForeignKey(() => Org, { name: 'account_mails_org', onDelete: 'CASCADE' })
  orgId!: string | null;

  @Column('uuid', { nullable: true })
  @ForeignKey(() => User, { name: 'account_mails_user', onDelete: 'CASCADE' })
  userId!: string | null;

  @Column('uuid', { nullable: true })
  inviteId!: string | null;

  /** Nothing secret. */
  @Column('jsonb')
  templateValues!: Readonly<Record<string, string>>;

  /** Of the link, below `PUBLIC_URL`; the token follows. */
  @Column('text')
  path!: string;

  /** Ciphertext; gone as soon as the mail is. */
  @Column('text', { nullable: true })
  sealedToken!: string | null;

  @Column('text', { default: 'waiting' })
  state!: 'waiting' | 'taken' | 'given_up';

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { nullable: true })
  settledAt!: Date | null;
}
