import { Check, Column, Entity, PrimaryGeneratedColumn, Unique } from 'typeorm';

/** An organization: everything a tenant owns hangs on its id. */
@Entity('orgs')
@Unique('orgs_slug', ['slug'])
@Check('orgs_undo_window', `undo_window_seconds between 0 and 3600`)
@Check('orgs_recent_mail_days', `recent_mail_days between 0 and 90`)
@Check('orgs_daily_mail_cap', `daily_mail_cap between 1 and 1000000`)
@Check('orgs_booking_link_days', `booking_link_days between 1 and 365`)
@Check('orgs_brand_color', `brand_color ~ '^#[0-9a-f]{6}$'`)
@Check('orgs_mail_sender_name', `mail_sender_name !~ '[[:cntrl:]<>"\\\\@]'`)
@Check('orgs_mail_reply_to', `mail_reply_to !~ '[[:cntrl:]]'`)
export class Org {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'orgs_pk' })
  id!: string;

  @Column('text')
  name!: string;

  @Column('text')
  slug!: string;

  @Column('text', { default: 'UTC' })
  timeZone!: string;

  @Column('integer', { default: 30 })
  undoWindowSeconds!: number;

  /** People mailed less than this many days ago are skipped; 0 turns the rule off. */
  @Column('integer', { default: 3 })
  recentMailDays!: number;

  /** Mails that may leave on one day of the organization's zone; null is no limit. */
  @Column('integer', { nullable: true })
  dailyMailCap!: number | null;

  /** Before the address of EMAIL_FROM; null leaves EMAIL_FROM as it is. */
  @Column('text', { nullable: true })
  mailSenderName!: string | null;

  /** Where answers to its mails go; null: to whoever sends. */
  @Column('text', { nullable: true })
  mailReplyTo!: string | null;

  @Column('integer', { default: 14 })
  bookingLinkDays!: number;

  /** `#3b5bdb`, of the candidates' pages; null for Interlude's own. */
  @Column('text', { nullable: true })
  brandColor!: string | null;

  /** Bookings confirmed from then on get our own mail; null: Cal.com's alone. */
  @Column('timestamptz', { nullable: true })
  confirmationMailsSince!: Date | null;

  /** Nothing of it opens to members without one. */
  @Column('boolean', { default: false })
  asksSecondFactor!: boolean;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;
}
