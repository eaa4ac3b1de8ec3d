import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { User } from './user.entity.js';

/** The authenticator app of a person. It counts once a code has confirmed it. */
@Entity('second_factors')
export class SecondFactor {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'second_factors_pk' })
  @ForeignKey(() => User, { name: 'second_factors_user', onDelete: 'CASCADE' })
  userId!: string;

  /** Ciphertext. */
  @Column('text')
  secret!: string;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { nullable: true })
  confirmedAt!: Date | null;

  /** Of 30 seconds since 1970, of the last code that was used: that one and those before it open nothing. */
  @Column('integer', { nullable: true })
  lastStep!: number | null;
}
