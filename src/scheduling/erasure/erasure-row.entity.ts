import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { Invitation } from '../../candidates/invitation.entity.js';
import { Erasure } from './erasure.entity.js';

/** `held`: all is gone but what a mail on its way still needs. */
export type ErasureState = 'waiting' | 'held' | 'done';

/** One invitation of an erasure. */
@Entity('erasure_rows')
@Check('erasure_rows_state', `state in ('waiting', 'held', 'done')`)
@Index('erasure_rows_open', ['erasureId', 'invitationId'], { where: `(state <> 'done'::text)` })
@Index('erasure_rows_by_invitation', ['invitationId'])
@ForeignKey(() => Erasure, ['orgId', 'erasureId'], ['orgId', 'id'], {
  name: 'erasure_rows_erasure',
  onDelete: 'CASCADE',
})
@ForeignKey(() => Invitation, ['orgId', 'invitationId'], ['orgId', 'id'], {
  name: 'erasure_rows_invitation',
  onDelete: 'CASCADE',
})
export class ErasureRow {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'erasure_rows_pk' })
  erasureId!: string;

  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'erasure_rows_pk' })
  invitationId!: string;

  @Column('uuid')
  orgId!: string;

  /** False: the same address at another assessment. */
  @Column('boolean', { default: true })
  picked!: boolean;

  @Column('text', { default: 'waiting' })
  state!: ErasureState;

  @Column('timestamptz', { default: () => 'now()' })
  stateAt!: Date;
}
