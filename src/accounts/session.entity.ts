import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A row of `connect-pg-simple`; `sid` is a hash, so that reading the table opens nobody's session. */
@Entity('sessions')
@Index('sessions_expire', ['expire'])
export class Session {
  @PrimaryColumn('text', { primaryKeyConstraintName: 'sessions_pk' })
  sid!: string;

  @Column('jsonb')
  sess!: object;

  @Column('timestamptz')
  expire!: Date;
}
