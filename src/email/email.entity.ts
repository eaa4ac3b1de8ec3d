import { Check, Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn, Unique } from 'typeorm';
import type { MailValues } from '../templating/mail/mail-names.js';
import { EmailBatch } from './email-batch.entity.js';
import { EmailTemplate } from './email-template.entity.js';

export type EmailState =
  | 'draft'
  | 'skipped'
  | 'queued'
  | 'sending'
  | 'accepted'
  | 'delivered'
  | 'delayed'
  | 'bounced'
  | 'complained'
  | 'suppressed'
  | 'failed'
  | 'cancelled'
  | 'unknown';

/** One message to one candidate. *Failed* is only what the provider refused for certain; no answer is *unknown*. */
@Entity('emails')
@Unique('emails_org_id', ['orgId', 'id'])
@Check('emails_kind', `kind in ('invitation', 'test', 'confirmation')`)
@Check(
  'emails_belongs',
  `case kind when 'confirmation' then booking_id is not null and send_id is null and invitation_id is null
    else booking_id is null and send_id is not null end`,
)
@Check(
  'emails_state',
  `state in ('draft', 'skipped', 'queued', 'sending', 'accepted', 'delivered', 'delayed', 'bounced', 'complained',
    'suppressed', 'failed', 'cancelled', 'unknown')`,
)
@Check('emails_to_address', `to_address !~ '[[:cntrl:]]'`)
@Check('emails_reply_to', `reply_to !~ '[[:cntrl:]]'`)
@Check('emails_sender_name', `sender_name !~ '[[:cntrl:]<>"\\\\@]'`)
@Index('emails_one_under_way', ['invitationId'], {
  unique: true,
  where: `(state = ANY (ARRAY['queued'::text, 'sending'::text]))`,
})
@Index('emails_address_once', { synchronize: false })
@Index('emails_queued_by_address', { synchronize: false })
@Index('emails_by_provider_id', ['providerId'], { where: '(provider_id IS NOT NULL)' })
@Index('emails_one_confirmation', ['bookingId'], { unique: true, where: '(booking_id IS NOT NULL)' })
@Index('emails_by_send', ['sendId', 'position'])
@Index('emails_by_invitation', ['invitationId', 'sentAt'])
@Index('emails_due', ['dueAt', 'position', 'id'], { where: `(state = 'queued'::text)` })
@Index('emails_due_by_org', ['orgId', 'dueAt', 'position', 'id'], { where: `(state = 'queued'::text)` })
@Index('emails_running', ['orgId', 'sendId'], {
  where: `((kind = 'invitation'::text) AND (state = ANY (ARRAY['queued'::text, 'sending'::text])))`,
})
@Index('emails_in_trouble', ['orgId', 'sendId'], {
  where: `(state = ANY (ARRAY['failed'::text, 'bounced'::text, 'complained'::text, 'suppressed'::text, 'unknown'::text]))`,
})
@ForeignKey('Send', ['orgId', 'sendId'], ['orgId', 'id'], { name: 'emails_send', onDelete: 'CASCADE' })
@ForeignKey('Invitation', ['orgId', 'invitationId'], ['orgId', 'id'], {
  name: 'emails_invitation',
  onDelete: 'CASCADE',
})
@ForeignKey('CalComBooking', ['orgId', 'bookingId'], ['orgId', 'id'], { name: 'emails_booking', onDelete: 'CASCADE' })
@ForeignKey('BookingLink', ['orgId', 'bookingLinkId'], ['orgId', 'id'], {
  name: 'emails_booking_link',
  onDelete: 'CASCADE',
})
@ForeignKey(() => EmailTemplate, ['orgId', 'templateId'], ['orgId', 'id'], { name: 'emails_template' })
@ForeignKey(() => EmailBatch, ['orgId', 'batchId'], ['orgId', 'id'], { name: 'emails_batch' })
export class Email {
  @PrimaryGeneratedColumn('uuid', { primaryKeyConstraintName: 'emails_pk' })
  id!: string;

  @Column('uuid')
  orgId!: string;

  /** Null for a confirmation, which nobody sent by hand. */
  @Column('uuid', { nullable: true })
  sendId!: string | null;

  /** Null for a confirmation, so that it counts as no invitation anywhere: its booking says whose it is. */
  @Column('uuid', { nullable: true })
  invitationId!: string | null;

  /** Of a confirmation alone. */
  @Column('uuid', { nullable: true })
  bookingId!: string | null;

  @Column('uuid', { nullable: true })
  bookingLinkId!: string | null;

  @Column('text', { default: 'invitation' })
  kind!: 'invitation' | 'test' | 'confirmation';

  @Column('integer', { default: 0 })
  position!: number;

  @Column('text', { default: 'draft' })
  state!: EmailState;

  @Column('text', { nullable: true })
  reasonCode!: string | null;

  /** Why it is in its state, in plain words. */
  @Column('text', { nullable: true })
  reason!: string | null;

  @Column('text')
  toName!: string;

  @Column('text')
  toAddress!: string;

  @Column('text', { nullable: true })
  replyTo!: string | null;

  /** Before the address of EMAIL_FROM; frozen with the template. Null leaves EMAIL_FROM as it is. */
  @Column('text', { nullable: true })
  senderName!: string | null;

  /** Frozen at dispatch, with the values: the mail can be rendered again exactly as it was. */
  @Column('uuid', { nullable: true })
  templateId!: string | null;

  @Column('jsonb', { nullable: true })
  templateValues!: MailValues | null;

  @Column('uuid', { nullable: true })
  batchId!: string | null;

  /** The provider's id of the mail. */
  @Column('text', { nullable: true })
  providerId!: string | null;

  @Column('integer', { default: 0 })
  attempts!: number;

  /** Somebody read the warning and wrote to a person who had asked for no more mail. */
  @Column('boolean', { default: false })
  despiteOptOut!: boolean;

  @Column('timestamptz', { nullable: true })
  dueAt!: Date | null;

  /** When its last call ended: accepted, failed or unknown. */
  @Column('timestamptz', { nullable: true })
  sentAt!: Date | null;

  /** Since then it says nothing of its person any more. */
  @Column('timestamptz', { nullable: true })
  erasedAt!: Date | null;

  @Column('timestamptz', { default: () => 'now()' })
  stateAt!: Date;

  @Column('timestamptz', { default: () => 'now()' })
  createdAt!: Date;
}
