import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import type { ActivityAction } from '../../../activity/activity-actions.js';
import { recordActivity } from '../../../activity/record-activity.js';
import { CalComBooking } from '../../../cal-com/cal-com-booking.entity.js';
import { CalComConfigsService } from '../../../cal-com/cal-com-configs.service.js';
import { Invitation } from '../../../candidates/invitation.entity.js';
import type { Actor } from '../../../shared/actor.js';
import { ConfirmationsService } from '../../confirmations/confirmations.service.js';
import { skipWaitingMails } from '../waiting-mails.js';

/** A candidate whose address is the one that booked. Only a person can say whether it is them. */
export interface Suggestion {
  readonly invitationId: string;
  readonly name: string;
  readonly email: string;
  readonly assessmentTitle: string;
  readonly hasOpenBooking: boolean;
}

const mostSuggestions = 5;

/** Ties bookings to candidates by hand, where nothing but a person can. */
@Injectable()
export class BookingAttachmentsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly configs: CalComConfigsService,
    private readonly confirmations: ConfirmationsService,
  ) {}

  /** None while another organization uses the same Cal.com account: it might be their candidate. */
  async suggestions(actor: Actor, booking: CalComBooking): Promise<Suggestion[]> {
    if (!booking.attendeeEmail || (await this.configs.sharesAccount(actor))) {
      return [];
    }
    return this.dataSource.query<Suggestion[]>(
      `select i.id "invitationId", i.name, i.email, a.title "assessmentTitle", booked.open "hasOpenBooking"
         from invitations i
         join assessments a on a.id = i.assessment_id
        cross join lateral (
           select exists (select 1 from cal_com_bookings b
                           where b.invitation_id = i.id and b.status in ('pending', 'confirmed')) open) booked
        where i.org_id = $1 and lower(i.email) = lower($2)
        order by booked.open, i.status not in ('submitted', 'reviewed'), i.created_at desc, i.id
        limit $3`,
      [actor.orgId, booking.attendeeEmail, mostSuggestions],
    );
  }

  /** Ties a booking, and those it was moved from and to, to a candidate; `null`: one of the two is not there. */
  async attach(actor: Actor, bookingId: string, invitationId: string): Promise<CalComBooking | null> {
    return this.dataSource.transaction(async (manager) => {
      const isKnown = await manager.existsBy(Invitation, { orgId: actor.orgId, id: invitationId });
      const booking = isKnown
        ? await this.decide(manager, actor, bookingId, {
            deed: 'booking.attached',
            invitationId,
            matchedBy: 'person',
          })
        : null;
      if (booking?.isOpen()) {
        await skipWaitingMails(manager, actor, invitationId);
      }
      return booking;
    });
  }

  /** "Not one of our candidates": it leaves the inbox, and no ref brings it back. */
  async setAside(actor: Actor, bookingId: string): Promise<CalComBooking | null> {
    const nobody = { deed: 'booking.set-aside', invitationId: null, matchedBy: 'person' } as const;
    return this.dataSource.transaction((manager) => this.decide(manager, actor, bookingId, nobody));
  }

  /** Takes back what a person said: the next reading decides again. */
  async putBack(actor: Actor, bookingId: string): Promise<CalComBooking | null> {
    const undecided = { deed: 'booking.put-back', invitationId: null, matchedBy: null } as const;
    return this.dataSource.transaction((manager) => this.decide(manager, actor, bookingId, undecided));
  }

  private async decide(
    manager: EntityManager,
    actor: Actor,
    bookingId: string,
    decision: { deed: ActivityAction; invitationId: string | null; matchedBy: string | null },
  ): Promise<CalComBooking | null> {
    const { orgId } = actor;
    const [decided] = await manager.query<[{ id: string }[], number]>(
      `with recursive chain as (
       select id, booking_id, previous_booking_id, next_booking_id from cal_com_bookings
        where org_id = $1 and booking_id = $2
        union
       select b.id, b.booking_id, b.previous_booking_id, b.next_booking_id from chain
         join cal_com_bookings b on b.org_id = $1
          and (b.booking_id = chain.previous_booking_id or b.booking_id = chain.next_booking_id
               or b.previous_booking_id = chain.booking_id))
     update cal_com_bookings b set invitation_id = $3, matched_by = $4 from chain where b.id = chain.id
     returning b.id`,
      [orgId, bookingId, decision.invitationId, decision.matchedBy],
    );
    await this.confirmations.retie(
      manager,
      actor,
      decided.map(({ id }) => id),
    );
    const booking = await manager.findOneBy(CalComBooking, { orgId, bookingId });
    if (booking) {
      const subject = { type: 'booking', id: booking.id } as const;
      await recordActivity(manager, actor, { action: decision.deed, subject, invitationId: decision.invitationId });
    }
    return booking;
  }
}
