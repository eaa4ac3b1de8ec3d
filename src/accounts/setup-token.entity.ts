import { Check, Column, Entity, PrimaryColumn } from 'typeorm';

/** The one token that guards the first run, hashed. */
@Entity('setup_tokens')
@Check('setup_tokens_single', 'id')
export class SetupToken {
  @PrimaryColumn('boolean', { primaryKeyConstraintName: 'setup_tokens_pk', default: true })
  id!: boolean;

  @Column('text')
  tokenHash!: string;

  @Column('timestamptz')
  expiresAt!: Date;
}
