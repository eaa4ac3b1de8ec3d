import { Injectable, NotFoundException } from '@nestjs/common';
import { OrgsService } from '../../../accounts/orgs.service.js';
import type { Invitation } from '../../../candidates/invitation.entity.js';
import { InvitationsService } from '../../../candidates/invitations.service.js';
import type { Actor } from '../../../shared/actor.js';
import { describeBookingFailure, type BookingFailure, type BookingWish } from '../../bookings/booking-outcome.js';
import { BookingsService } from '../../bookings/bookings.service.js';
import { BookingLinksService, type LinkChoice } from '../../links/booking-links.service.js';
import { calComProblem } from '../cal-com-problem.js';
import { EventTypeLookupService } from '../event-type-lookup.service.js';
import { lengthChoice } from '../length-choice.js';
import { OpenLinksService } from '../open-links.service.js';
import { refusal } from '../payload.pipe.js';
import type { BookingsPayload } from './bookings.payload.js';
import { madeBooking, type MadeBooking } from './made-bookings.answer.js';

/** Links for many, or a time for one. */
@Injectable()
export class BookingsApiService {
  constructor(
    private readonly invitations: InvitationsService,
    private readonly eventTypes: EventTypeLookupService,
    private readonly links: BookingLinksService,
    private readonly openLinks: OpenLinksService,
    private readonly bookings: BookingsService,
    private readonly orgs: OrgsService,
  ) {}

  async make(actor: Actor, payload: BookingsPayload): Promise<MadeBooking[]> {
    const invitations = await this.invitations.findMany(actor, payload.invitation_ids);
    if (!invitations) {
      throw new NotFoundException();
    }
    const [first] = invitations;
    const only = first && invitations.length === 1 ? first : null;
    checkPerson(payload, only);
    await this.eventTypes.requireConnection(actor);
    const eventType = await this.eventTypes.choose(actor, payload.event_type_id);
    const choice = {
      eventTypeId: eventType.eventTypeId,
      lengthInMinutes: lengthChoice(eventType, payload.length_in_minutes),
      onExisting: payload.on_existing,
    };
    if (only && payload.start !== undefined) {
      const wish = { ...choice, start: new Date(payload.start), timeZone: await this.zoneOf(actor, only, payload) };
      return [await this.book(actor, only, wish)];
    }
    return this.link(actor, invitations, choice);
  }

  private async book(actor: Actor, invitation: Invitation, wish: BookingWish): Promise<MadeBooking> {
    const outcome = await this.bookings.book(actor, invitation, wish);
    if (outcome.ok) {
      const [link] = await this.openLinks.list(actor, invitation.id);
      const { status, booking } = outcome;
      return madeBooking({ invitationId: invitation.id, status, url: link?.url ?? null, booking });
    }
    const reason = describeBookingFailure(outcome.failure);
    const error = outcome.formerCancelled ? `${reason} The former booking is cancelled.` : reason;
    if (!isRefusal(outcome.failure)) {
      throw calComProblem(outcome.failure, error);
    }
    const booking = (await this.bookings.findAhead(actor, [invitation.id])).get(invitation.id);
    const [link] = await this.openLinks.list(actor, invitation.id);
    return madeBooking({ invitationId: invitation.id, status: 'failed', url: link?.url ?? null, booking, error });
  }

  /** No call to Cal.com for any of them, but the one whose booking is to be replaced. */
  private async link(actor: Actor, invitations: readonly Invitation[], choice: LinkChoice): Promise<MadeBooking[]> {
    const [first] = invitations;
    if (first && invitations.length === 1 && choice.onExisting === 'replace') {
      const failure = await this.bookings.cancelOpen(actor, first);
      if (failure) {
        throw calComProblem(failure);
      }
    }
    const ids = invitations.map(({ id }) => id);
    const made = await this.links.generate(actor, ids, choice);
    const byInvitation = new Map(made.map((link) => [link.invitationId, link]));
    const open = await this.bookings.findAhead(actor, ids);
    return ids.map((invitationId) => {
      const { status, url } = byInvitation.get(invitationId)!;
      return madeBooking({ invitationId, status, url, booking: open.get(invitationId) });
    });
  }

  private async zoneOf(actor: Actor, invitation: Invitation, payload: BookingsPayload): Promise<string> {
    return payload.time_zone ?? invitation.timeZone ?? (await this.orgs.find(actor)).timeZone;
  }
}

/** What names one person or one time is for one invitation, and must be right. */
function checkPerson({ start, name, email }: BookingsPayload, only: Invitation | null): void {
  const given = Object.entries({ start, name, email }).filter(([, value]) => value !== undefined);
  if (!only && given.length > 0) {
    throw refusal(given.map(([field]) => ({ field, message: 'This goes with one invitation only.' })));
  }
  if (start !== undefined && Number.isNaN(Date.parse(start))) {
    throw refusal([{ field: 'start', message: 'There is no such day or hour.' }]);
  }
  const wrong = [
    ...(name !== undefined && name.trim() !== only?.name ? ['name'] : []),
    ...(email !== undefined && email.trim().toLowerCase() !== only?.email.toLowerCase() ? ['email'] : []),
  ];
  if (wrong.length > 0) {
    throw refusal(wrong.map((field) => ({ field, message: `This is not the ${field} of the invitation.` })));
  }
}

function isRefusal(failure: BookingFailure): boolean {
  return failure.kind === 'rejected' || failure.kind === 'not-found';
}
