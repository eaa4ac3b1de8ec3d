import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import { calIdColumn } from '../../cal-com/cal-id-column.js';
import { Invitation } from '../../candidates/invitation.entity.js';

/**
 * A candidate's personal link, `PUBLIC_URL/i/<token>`. The token opens it; `ref` travels to Cal.com as
 * `metadata[interlude]` and opens nothing, because anyone with a booking's uid can read its metadata.
 */
@Entity('booking_links')
@Unique('booking_links_org_id', ['orgId', 'id'])
@Unique('booking_links_token', ['token'])
@Unique('booking_links_ref', ['ref'])
@Index('booking_links_one_open', ['invitationId', 'eventTypeId'], { unique: true, where: '(revoked_at IS NULL)' })
@Index('booking_links_by_invitation', ['invitationId', 'createdAt'])
@Index('booking_links_by_event_type', ['orgId', 'eventTypeId'])
@ForeignKey(() => Invitation, ['orgId', 'invitationId'], ['orgId', 'id'], {
  name: 'booking_links_invitation',
  onDelete: 'CASCADE',
})
export class BookingLink {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'booking_links_pk' })
  id!: string;

  @Column('uuid')
  orgId!: string;

  @Column('uuid')
  invitationId!: string;

  @Column('bigint', { transformer: calIdColumn })
  eventTypeId!: number;

  /** Set where the event type offers several lengths. */
  @Column('integer', { nullable: true })
  lengthInMinutes!: number | null;

  @Column('text')
  token!: string;

  @Column('text')
  ref!: string;

  @Column('timestamptz')
  expiresAt!: Date;

  @Column('timestamptz', { nullable: true })
  revokedAt!: Date | null;

  @Column('integer', { default: 0 })
  openCount!: number;

  @Column('timestamptz', { nullable: true })
  lastOpenedAt!: Date | null;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;
}
