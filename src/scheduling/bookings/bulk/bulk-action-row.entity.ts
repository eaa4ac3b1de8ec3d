import { Check, Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { CalComBooking } from '../../../cal-com/cal-com-booking.entity.js';
import type { WorkState } from '../work/work-rows.js';
import { BulkAction } from './bulk-action.entity.js';

/** One booking of a bulk action. `working` is a claim: after a while another replica may take it over. */
@Entity('bulk_action_rows')
@Check('bulk_action_rows_state', `state in ('waiting', 'working', 'done', 'failed', 'stopped')`)
@Index('bulk_action_rows_by_booking', ['bookingId'])
@ForeignKey(() => BulkAction, ['orgId', 'actionId'], ['orgId', 'id'], {
  name: 'bulk_action_rows_action',
  onDelete: 'CASCADE',
})
@ForeignKey(() => CalComBooking, ['orgId', 'bookingId'], ['orgId', 'id'], {
  name: 'bulk_action_rows_booking',
  onDelete: 'CASCADE',
})
export class BulkActionRow {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'bulk_action_rows_pk' })
  actionId!: string;

  /** Our own id of it. */
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'bulk_action_rows_pk' })
  bookingId!: string;

  @Column('uuid')
  orgId!: string;

  @Column('integer')
  position!: number;

  @Column('text', { default: 'waiting' })
  state!: WorkState;

  /** What became of it, in plain words. */
  @Column('text', { nullable: true })
  reason!: string | null;

  @Column('timestamptz', { default: () => 'now()' })
  stateAt!: Date;
}
