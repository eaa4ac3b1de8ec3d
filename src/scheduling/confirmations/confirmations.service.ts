import { Inject, Injectable } from '@nestjs/common';
import { DataSource, In, type EntityManager } from 'typeorm';
import { CalComBooking } from '../../cal-com/cal-com-booking.entity.js';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { EmailTemplatesService } from '../../email/email-templates.service.js';
import { Email } from '../../email/email.entity.js';
import { EmailService } from '../../email/email.service.js';
import { whyConfirmationNotWanted } from '../../email/why-not-wanted.js';
import type { Actor } from '../../shared/actor.js';
import { BookingLinksService } from '../links/booking-links.service.js';
import { templateValues } from '../sends/template-values.js';
import { meetingDate } from './meeting-date.js';

type OwnedBooking = CalComBooking & { readonly invitationId: string };

/** The zones of whoever the mail is for, beyond the one that they booked in. */
interface Zones {
  readonly invitation: string | null;
  readonly org: string;
}

/** Our own mail about a confirmed booking, where the organization wants one: made and kept back with the booking. */
@Injectable()
export class ConfirmationsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly templates: EmailTemplatesService,
    private readonly emails: EmailService,
    private readonly links: BookingLinksService,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  async find({ orgId }: Actor, bookingId: string): Promise<Email | null> {
    return this.dataSource.getRepository(Email).findOneBy({ orgId, bookingId });
  }

  /**
   * Call in the transaction that stores a booking, as often as one is stored: it has one mail, whoever stores it. One
   * that waits for its turn tells what the booking is now, and does not leave once there is nothing to confirm.
   */
  async follow(manager: EntityManager, actor: Actor, booking: CalComBooking): Promise<void> {
    const zones = isOwned(booking) ? await this.wanted(manager, booking) : null;
    if (isOwned(booking) && zones) {
      await this.queue(manager, actor, booking, zones);
    }
    await this.skipUnwanted(manager, booking);
  }

  /** Call in the transaction in which a person says whose bookings these are: what waits for somebody else stays here. */
  async retie(manager: EntityManager, actor: Actor, ids: readonly string[]): Promise<void> {
    await manager.query(
      `with skipped as (
         update emails set state = 'skipped', reason_code = 'booking_unmatched', state_at = clock_timestamp()
          where org_id = $1 and booking_id = any($2::uuid[]) and state = 'queued' returning org_id, id)
       insert into email_events (org_id, email_id, type) select org_id, id, 'skipped' from skipped`,
      [actor.orgId, ids],
    );
    for (const booking of await manager.findBy(CalComBooking, { orgId: actor.orgId, id: In([...ids]) })) {
      await this.follow(manager, actor, booking);
    }
  }

  /** What was confirmed before the organization turned these mails on gets none. */
  private async wanted(manager: EntityManager, { orgId, id }: CalComBooking): Promise<Zones | null> {
    const [zones] = await manager.query<Zones[]>(
      `select i.time_zone invitation, o.time_zone org
         from cal_com_bookings b
         join invitations i on i.id = b.invitation_id
         join orgs o on o.id = b.org_id
        where b.org_id = $1 and b.id = $2 and i.erased_at is null and b.status = 'confirmed' and b.start_time > clock_timestamp()
          and b.confirmed_at >= o.confirmation_mails_since`,
      [orgId, id],
    );
    return zones ?? null;
  }

  /** The unique key decides who makes it. One that was kept back and never left may be wanted again. */
  private async queue(manager: EntityManager, actor: Actor, booking: OwnedBooking, zones: Zones): Promise<void> {
    const template = await this.templates.current(actor, 'booking_confirmation', manager);
    const linkId = await this.linkFor(manager, actor, booking);
    const [queued] = await manager.query<{ dueAt: Date }[]>(
      `insert into emails as known (org_id, kind, booking_id, booking_link_id, state, due_at, to_name, to_address, reply_to,
                                    sender_name, template_id, template_values)
       select b.org_id, 'confirmation', b.id, l.id, 'queued', clock_timestamp(), i.name, i.email,
              coalesce(o.mail_reply_to,
                       (select m.reply_to from emails m where m.invitation_id = i.id and m.reply_to is not null
                         order by m.sent_at desc nulls last limit 1)),
              o.mail_sender_name, $3, ${templateValues('$4')} || jsonb_build_object('meeting_date', $5::text)
         from cal_com_bookings b
         join invitations i on i.id = b.invitation_id
         join assessments a on a.id = i.assessment_id
         join orgs o on o.id = b.org_id
         left join booking_links l on l.id = $6
        where b.org_id = $1 and b.id = $2
           on conflict (booking_id) where booking_id is not null do update
          set booking_link_id = excluded.booking_link_id, state = 'queued', due_at = excluded.due_at,
              reason_code = null, reason = null, state_at = clock_timestamp(), to_name = excluded.to_name,
              to_address = excluded.to_address, reply_to = excluded.reply_to,
              sender_name = excluded.sender_name, template_id = excluded.template_id,
              template_values = excluded.template_values
        where known.state = 'queued' and known.template_values is distinct from excluded.template_values
           or known.state = 'skipped' and known.attempts = 0
              and known.reason_code in ('booking_cancelled', 'booking_unmatched', 'address_changed', 'no_link')
       returning due_at "dueAt"`,
      [
        actor.orgId,
        booking.id,
        template.id,
        this.settings.publicUrl,
        meetingDate(booking.startTime, [booking.attendeeTimeZone, zones.invitation, zones.org]),
        linkId,
      ],
    );
    if (queued) {
      await this.emails.wake(manager, queued.dueAt);
    }
  }

  /** Any link of theirs that was not replaced shows an open booking. Whoever booked without one gets one now. */
  private async linkFor(
    manager: EntityManager,
    actor: Actor,
    { invitationId, eventTypeId }: OwnedBooking,
  ): Promise<string | null> {
    const [open] = await manager.query<{ id: string }[]>(
      `select id from booking_links where org_id = $1 and invitation_id = $2 and revoked_at is null
        order by event_type_id is not distinct from $3 desc, created_at desc limit 1`,
      [actor.orgId, invitationId, eventTypeId],
    );
    if (open || eventTypeId === null) {
      return open?.id ?? null;
    }
    const choice = { eventTypeId, lengthInMinutes: null, onExisting: 'reuse' as const };
    const [made] = await this.links.generate(actor, [invitationId], choice, manager);
    return made!.id;
  }

  /** Of this booking, and of the one that was moved to become it. */
  private async skipUnwanted(manager: EntityManager, booking: CalComBooking): Promise<void> {
    await manager.query(
      `with judged as (
         select e.id, ${whyConfirmationNotWanted('e')} code from emails e
          where e.org_id = $1 and e.state = 'queued'
            and e.booking_id in (select id from cal_com_bookings where org_id = $1 and booking_id = any($2::text[]))),
       skipped as (
         update emails e set state = 'skipped', reason_code = judged.code, reason = null, state_at = clock_timestamp()
           from judged where e.id = judged.id and e.state = 'queued' and judged.code is not null
         returning e.org_id, e.id)
       insert into email_events (org_id, email_id, type) select org_id, id, 'skipped' from skipped`,
      [booking.orgId, [booking.bookingId, booking.previousBookingId].filter((uid) => uid !== null)],
    );
  }
}

function isOwned(booking: CalComBooking): booking is OwnedBooking {
  return booking.invitationId !== null;
}
