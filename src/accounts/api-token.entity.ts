import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { Org } from './org.entity.js';
import { User } from './user.entity.js';

export const apiTokenScopes = ['read', 'send', 'manage'] as const;
export type ApiTokenScope = (typeof apiTokenScopes)[number];

/** What lets a program of an organization use the JSON API; of the token itself only a hash is kept. */
@Entity('api_tokens')
@Unique('api_tokens_hash', ['tokenHash'])
@Index('api_tokens_name', { synchronize: false })
@Check('api_tokens_scope', `scope in ('read', 'send', 'manage')`)
export class ApiToken {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'api_tokens_pk' })
  id!: string;

  @Column('uuid')
  @ForeignKey(() => Org, { name: 'api_tokens_org', onDelete: 'CASCADE' })
  orgId!: string;

  /** One token in force has it, whatever its case. */
  @Column('text')
  name!: string;

  @Column('text')
  scope!: ApiTokenScope;

  @Column('text')
  tokenHash!: string;

  @Column('text')
  lastFour!: string;

  @Column('uuid', { nullable: true })
  @ForeignKey(() => User, { name: 'api_tokens_created_by', onDelete: 'SET NULL' })
  createdBy!: string | null;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;

  /** To the minute. */
  @Column('timestamptz', { nullable: true })
  lastUsedAt!: Date | null;

  /** Null: when it is revoked. */
  @Column('timestamptz', { nullable: true })
  expiresAt!: Date | null;

  @Column('timestamptz', { nullable: true })
  revokedAt!: Date | null;

  @Column('uuid', { nullable: true })
  @ForeignKey(() => User, { name: 'api_tokens_revoked_by', onDelete: 'SET NULL' })
  revokedBy!: string | null;
}
