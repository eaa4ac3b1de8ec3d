import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

@Entity('users')
@Index('users_email', { synchronize: false })
export class User {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'users_pk' })
  id!: string;

  @Column('text')
  email!: string;

  @Column('text')
  name!: string;

  /** Null: only a provider signs them in. */
  @Column('text', { nullable: true })
  passwordHash!: string | null;

  /** Sessions of an earlier generation are over. */
  @Column('integer', { default: 0 })
  sessionGeneration!: number;

  @Column('timestamptz', { nullable: true })
  disabledAt!: Date | null;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;
}
