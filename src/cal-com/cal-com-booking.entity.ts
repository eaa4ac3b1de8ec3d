import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { Org } from '../accounts/org.entity.js';
import { calIdColumn } from './cal-id-column.js';

export const bookingStatuses = ['pending', 'confirmed', 'cancelled', 'rejected', 'no_show'] as const;
export type BookingStatus = (typeof bookingStatuses)[number];

/** How a booking was tied to its candidate: by our link, by the booking it replaced, because we made it, by a person. */
export type BookingMatch = 'ref' | 'chain' | 'api' | 'person';

@Entity('cal_com_bookings')
@Unique('cal_com_bookings_org_id', ['orgId', 'id'])
@Unique('cal_com_bookings_booking_id', ['orgId', 'bookingId'])
@Check('cal_com_bookings_status', `status in ('pending', 'confirmed', 'cancelled', 'rejected', 'no_show')`)
@Check('cal_com_bookings_matched_by', `matched_by in ('ref', 'chain', 'api', 'person')`)
@Index('cal_com_bookings_by_start', ['orgId', 'startTime'])
@Index('cal_com_bookings_by_invitation', ['invitationId'])
@Index('cal_com_bookings_by_booking_id', ['bookingId'])
@ForeignKey('Invitation', ['orgId', 'invitationId'], ['orgId', 'id'], {
  name: 'cal_com_bookings_invitation',
  onDelete: 'CASCADE',
})
export class CalComBooking {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'cal_com_bookings_pk' })
  id!: string;

  @Column('uuid')
  @ForeignKey(() => Org, { name: 'cal_com_bookings_org', onDelete: 'CASCADE' })
  orgId!: string;

  @Column('uuid', { nullable: true })
  invitationId!: string | null;

  /** Cal.com's `uid`: unique per organization, so that none can claim another's. */
  @Column('text')
  bookingId!: string;

  /** The `uid` of the booking that was moved to become this one. */
  @Column('text', { nullable: true })
  previousBookingId!: string | null;

  /** `null` once the event type was deleted at Cal.com. */
  @Column('bigint', { nullable: true, transformer: calIdColumn })
  eventTypeId!: number | null;

  @Column('text')
  bookingUrl!: string;

  @Column('text')
  status!: BookingStatus;

  @Column('timestamptz')
  startTime!: Date;

  @Column('timestamptz')
  endTime!: Date;

  @Column('text', { nullable: true })
  title!: string | null;

  @Column('text', { nullable: true })
  location!: string | null;

  @Column('text', { nullable: true })
  hostName!: string | null;

  @Column('text', { nullable: true })
  attendeeName!: string | null;

  @Column('text', { nullable: true })
  attendeeEmail!: string | null;

  @Column('text', { nullable: true })
  attendeeTimeZone!: string | null;

  @Column('text', { nullable: true })
  cancellationReason!: string | null;

  @Column('text', { nullable: true })
  matchedBy!: BookingMatch | null;

  /** When Cal.com was last asked about it. */
  @Column('timestamptz', { nullable: true })
  readAt!: Date | null;

  @Column('timestamptz', { nullable: true })
  calUpdatedAt!: Date | null;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { default: () => 'now()' })
  updatedAt!: Date;

  isOpen(): boolean {
    return this.status === 'pending' || this.status === 'confirmed';
  }
}
