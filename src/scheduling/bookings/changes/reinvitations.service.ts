import { Injectable } from '@nestjs/common';
import type { CalComBooking } from '../../../cal-com/cal-com-booking.entity.js';
import { describeCalComFailure } from '../../../cal-com/cal-com-failure.js';
import { failed, success, type CalComOutcome } from '../../../cal-com/cal-com-outcome.js';
import { CalComEventTypesService } from '../../../cal-com/cal-com-event-types.service.js';
import type { Actor } from '../../../shared/actor.js';
import { BookingRecordsService } from '../booking-records.service.js';
import { BookingsService } from '../bookings.service.js';
import type { EventTypeChoice } from '../../event-type-choices.service.js';
import { SendDraftsService } from '../../sends/send-drafts.service.js';

export type Reinvitation =
  { readonly ok: true; readonly sendId: string } | { readonly ok: false; readonly reason: string };

/** Invites candidates once more, for the event type of the booking that came to nothing. */
@Injectable()
export class ReinvitationsService {
  constructor(
    private readonly bookings: BookingsService,
    private readonly eventTypes: CalComEventTypesService,
    private readonly drafts: SendDraftsService,
    private readonly records: BookingRecordsService,
  ) {}

  /** A draft to look at: nothing leaves yet. Whoever has no open link gets a new one. */
  async invite(actor: Actor, booking: CalComBooking, replyTo: string | null): Promise<Reinvitation> {
    const { invitationId } = booking;
    if (!invitationId) {
      return { ok: false, reason: 'This booking belongs to no candidate.' };
    }
    if ((await this.bookings.findAhead(actor, [invitationId])).size > 0) {
      return { ok: false, reason: 'The candidate has an interview: move or cancel that one.' };
    }
    const choice = await this.choiceFor(actor, booking);
    if (!choice.ok) {
      return { ok: false, reason: describeCalComFailure(choice.failure) };
    }
    const send = await this.drafts.draft(actor, [invitationId], { ...choice.value, replyTo, anotherRound: true });
    await this.records.note(actor, 'booking.reinvited', booking);
    return { ok: true, sendId: send.id };
  }

  /** One draft for each event type and length; whoever has an interview is skipped there, with the reason. */
  async inviteAll(
    actor: Actor,
    bookings: readonly CalComBooking[],
    replyTo: string | null,
  ): Promise<{ sendIds: string[]; refused: number }> {
    const groups = new Map<string, { choice: EventTypeChoice; invitationIds: Set<string> }>();
    let refused = 0;
    for (const booking of bookings) {
      const choice = booking.invitationId ? await this.choiceFor(actor, booking) : null;
      if (!choice?.ok) {
        refused += 1;
        continue;
      }
      const key = JSON.stringify(choice.value);
      const group = groups.get(key) ?? { choice: choice.value, invitationIds: new Set<string>() };
      groups.set(key, group);
      group.invitationIds.add(booking.invitationId!);
    }
    const sendIds: string[] = [];
    for (const { choice, invitationIds } of groups.values()) {
      sendIds.push((await this.drafts.draft(actor, [...invitationIds], { ...choice, replyTo, anotherRound: true })).id);
    }
    return { sendIds, refused };
  }

  private async choiceFor(actor: Actor, booking: CalComBooking): Promise<CalComOutcome<EventTypeChoice>> {
    const { eventTypeId, startTime, endTime } = booking;
    if (eventTypeId === null) {
      return failed({ kind: 'not-found', what: 'event type' });
    }
    const known = await this.eventTypes.look(actor, eventTypeId);
    if (!known.ok) {
      return known;
    }
    const minutes = (endTime.getTime() - startTime.getTime()) / 60_000;
    const isChosen = known.value.lengthInMinutesOptions.length > 1 && known.value.offersLength(minutes);
    return success({ eventTypeId, lengthInMinutes: isChosen ? minutes : null });
  }
}
