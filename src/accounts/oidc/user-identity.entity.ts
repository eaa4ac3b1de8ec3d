import { Column, Entity, ForeignKey, PrimaryColumn, Unique } from 'typeorm';
import { User } from '../user.entity.js';

/** Who somebody is at a provider of OpenID Connect. Addresses and names change there; these two never do. */
@Entity('user_identities')
@Unique('user_identities_once', ['issuer', 'userId'])
export class UserIdentity {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'user_identities_pk' })
  issuer!: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'user_identities_pk' })
  subject!: string;

  @Column('uuid')
  @ForeignKey(() => User, { name: 'user_identities_user', onDelete: 'CASCADE' })
  userId!: string;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;
}
