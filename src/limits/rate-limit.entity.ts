import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A row of `rate-limiter-flexible`: how many tries, until when in milliseconds. The key is hashed, so it names nobody. */
@Entity('rate_limits')
export class RateLimit {
  @PrimaryColumn('varchar', { length: 255, primaryKeyConstraintName: 'rate_limits_pk' })
  key!: string;

  @Column('integer', { default: 0 })
  points!: number;

  @Column('bigint', { nullable: true })
  expire!: string | null;
}
