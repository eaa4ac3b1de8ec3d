import { Column, Entity, Index, PrimaryGeneratedColumn } from 'typeorm';

/** Something changed for this candidate since their state was kept; written by triggers, and more than once. */
@Entity('stale_candidates')
@Index('stale_candidates_by_org', ['orgId', 'id'])
export class StaleCandidate {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'stale_candidates_pk',
  })
  id!: string;

  @Column('uuid')
  orgId!: string;

  @Column('uuid')
  invitationId!: string;
}
