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
@Index('cal_com_bookings_by_previous', ['orgId', 'previousBookingId'], { where: '(previous_booking_id IS NOT NULL)' })
@Index('cal_com_bookings_unmatched', ['orgId'], { where: '(matched_by IS NULL)' })
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

  /** The `uid` of the booking that this one was moved to. */
  @Column('text', { nullable: true })
  nextBookingId!: string | null;

  /** `null` where the event type was deleted at Cal.com before we heard of the booking. */
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

  /** Null until somebody's, or until a person said that it is nobody's. */
  @Column('text', { nullable: true })
  matchedBy!: BookingMatch | null;

  /** When Cal.com was last asked about it. */
  @Column('timestamptz', { nullable: true })
  readAt!: Date | null;

  /** Since when Cal.com answers that it does not know it. */
  @Column('timestamptz', { nullable: true })
  missingSince!: Date | null;

  /** When it became confirmed for the first time; null: never was. */
  @Column('timestamptz', { nullable: true })
  confirmedAt!: Date | null;

  @Column('timestamptz', { nullable: true })
  calCreatedAt!: Date | null;

  @Column('timestamptz', { nullable: true })
  calUpdatedAt!: Date | null;

  /** Since then it says nothing of its attendee any more, whatever Cal.com tells. */
  @Column('timestamptz', { nullable: true })
  erasedAt!: Date | null;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;

  @Column('timestamptz', { default: () => 'now()' })
  updatedAt!: Date;

  isOpen(): boolean {
    return this.status === 'pending' || this.status === 'confirmed';
  }

  /** It keeps its candidate from another one. What is over, or unknown to Cal.com by now, does not. */
  isAhead(now = new Date()): boolean {
    return this.isOpen() && this.endTime > now && this.missingSince === null;
  }

  /** Cancelled only because it became the booking at another time. */
  wasMoved(): boolean {
    return this.status === 'cancelled' && this.nextBookingId !== null;
  }

  /** Nobody knows yet whose it is: a person has to say. */
  isUnmatched(): boolean {
    return this.matchedBy === null;
  }

  /** A person said that it belongs to no candidate. */
  isSetAside(): boolean {
    return this.matchedBy !== null && this.invitationId === null;
  }
}
