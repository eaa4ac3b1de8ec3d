import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { badRequest, bare, notFound, trpcError } from './api-error.js';
import { earliestStart, isFree, type Slot } from './availability.js';
import { type Booking, type BookingStatus, lengthInMinutes } from './booking.js';
import { type BookingInput } from './booking-input.js';
import { type EventType } from './event-type.js';
import { type Host } from './host.js';
import { type SandboxState } from './state.js';
import {
  cancelledPayload,
  confirmedPayload,
  createdPayload,
  noShowPayload,
  type Occasion,
  rejectedPayload,
  requestedPayload,
  rescheduledPayload,
} from './webhook-payloads.js';
import { type WebhookSender } from './webhook-sender.js';

export interface RescheduleInput {
  readonly start: Date;
  readonly reason: string | null;
  readonly rescheduledBy: string | null;
}

/** Makes and changes bookings as Cal.com does, webhooks included. `by` is the holder of the key, null without one. */
export class BookingDesk {
  constructor(
    private readonly state: SandboxState,
    private readonly webhooks: WebhookSender,
    private readonly now: () => Date,
    private readonly webUrl: () => string,
    private readonly raceWindowMs: number,
  ) {}

  /** A booking of an event type that asks for confirmation stays pending, even when the host makes it. */
  async book(input: BookingInput): Promise<Booking> {
    const { eventType, attendee } = input;
    const host = this.state.hostOf(eventType);
    const slot = slotOf(input.start, input.lengthInMinutes);
    await this.claim(eventType, slot, null);

    const uid = newUid();
    const booking = this.store({
      ...slotTimes(slot),
      ...this.newRow(uid),
      hostId: host.id,
      eventTypeId: eventType.id,
      title: `${eventType.title} between ${host.name} and ${attendee.name}`,
      status: eventType.requiresConfirmation ? 'pending' : 'accepted',
      location: eventType.locationUrl,
      notes: input.notes,
      metadata: input.metadata,
      icsUid: `${uid}@Cal.diy`,
      icsSequence: 0,
      reschedulingReason: null,
      rescheduledBy: null,
      rescheduledFromUid: null,
      attendees: [
        { ...attendee, absent: false },
        ...input.guests.map((email) => ({
          name: '',
          email,
          timeZone: attendee.timeZone,
          language: attendee.language,
          absent: false,
        })),
      ],
      guests: input.guests,
      responses: input.responses,
    });
    await this.announceNew(booking, null);
    return booking;
  }

  /** The former booking is cancelled and points at a new one with a new uid. Only the host skips confirmation. */
  async reschedule(uid: string, input: RescheduleInput, by: Host | null): Promise<Booking> {
    const former = this.find(uid);
    refuseReschedule(former);
    if (Date.parse(former.end) < this.now().getTime()) throw bare(400, 'Invalid event length');
    const eventType = this.eventTypeOf(former);
    const host = this.state.hostOf(former);
    const slot = slotOf(input.start, lengthInMinutes(former));
    await this.claim(eventType, slot, uid);
    refuseReschedule(former);

    const isByHost = by?.id === host.id || input.rescheduledBy === host.email;
    const booking = this.store({
      ...former,
      ...slotTimes(slot),
      ...this.newRow(newUid()),
      status: eventType.requiresConfirmation && !isByHost ? 'pending' : 'accepted',
      icsSequence: former.icsSequence + 1,
      reschedulingReason: input.reason,
      rescheduledBy: input.rescheduledBy,
      rescheduledFromUid: former.uid,
      attendees: former.attendees.map((attendee) => ({ ...attendee, absent: false })),
    });
    former.rescheduledToUid = booking.uid;
    former.rescheduledBy = input.rescheduledBy;
    this.settle(former, 'cancelled');
    await this.announceNew(booking, former);
    return booking;
  }

  /** Announced first and stored after: who asks the API from inside the webhook still reads the former status. */
  async cancel(uid: string, reason: string, by: Host | null): Promise<Booking> {
    const booking = this.state.booking(uid);
    if (!booking) throw notFound(`Booking with uid=${uid} not found`);
    if (booking.status === 'cancelled') {
      throw badRequest(
        `Can't cancel booking with uid=${uid} because it has been cancelled already. Please provide uid of a booking that is not cancelled.`,
      );
    }
    if (by?.id === booking.hostId && !reason) throw bare(400, 'Cancellation reason is required');
    if (Date.parse(booking.end) < this.now().getTime()) {
      throw bare(400, 'Cannot cancel a booking that has already ended');
    }
    await this.webhooks.announce(booking.hostId, 'BOOKING_CANCELLED', cancelledPayload(this.occasion(booking), reason));
    booking.cancellationReason = reason;
    this.settle(booking, 'cancelled');
    return booking;
  }

  /** A declined booking can be confirmed after all, and nothing checks that the time is still free. */
  async confirm(uid: string, by: Host): Promise<Booking> {
    const booking = this.undecided(uid, by);
    this.settle(booking, 'accepted');
    await this.webhooks.announce(booking.hostId, 'BOOKING_CREATED', confirmedPayload(this.occasion(booking)));
    return booking;
  }

  /** May be repeated; each time is announced. */
  async decline(uid: string, reason: string | null, by: Host): Promise<Booking> {
    const booking = this.undecided(uid, by);
    this.settle(booking, 'rejected');
    await this.webhooks.announce(booking.hostId, 'BOOKING_REJECTED', rejectedPayload(this.occasion(booking), reason));
    return booking;
  }

  /** Attendees are announced and leave `updatedAt` alone; the host is not announced and moves it. */
  async markAbsent(
    uid: string,
    input: { host?: boolean; attendees?: { email: string; absent: boolean }[] },
    by: Host,
  ): Promise<Booking> {
    const booking = this.find(uid);
    const now = this.now();
    if (now.getTime() < Date.parse(booking.start)) {
      throw badRequest(
        `Bookings can only be marked as absent after their scheduled start time. Current time in UTC+0: ${now.toISOString()}, Booking start time in UTC+0: ${booking.start}`,
      );
    }
    if (input.attendees && by.id !== booking.hostId) throw bare(500, 'Failed to update no-show status');
    if (input.host !== undefined) {
      booking.absentHost = input.host;
      booking.updatedAt = now.toISOString();
    }
    const changed = (input.attendees ?? []).flatMap(({ email, absent }) => {
      const attendee = booking.attendees.find((attendee) => attendee.email === email);
      return attendee ? [Object.assign(attendee, { absent })] : [];
    });
    this.state.save();
    if (input.attendees) {
      await this.webhooks.announce(booking.hostId, 'BOOKING_NO_SHOW_UPDATED', noShowPayload(booking, changed));
    }
    return booking;
  }

  find(uid: string): Booking {
    const booking = this.state.booking(uid);
    if (!booking) throw notFound(`Booking with uid=${uid} was not found in the database`);
    return booking;
  }

  private async claim(eventType: EventType, slot: Slot, movingUid: string | null): Promise<void> {
    const host = this.state.hostOf(eventType);
    if (slot.start < this.now()) throw badRequest('Attempting to book a meeting in the past.');
    if (slot.start.getTime() < earliestStart(eventType, this.now())) throw badRequest(outOfBounds);
    if (!isFree(this.state, host, slot, movingUid)) {
      throw badRequest('User either already has booking at this time or is not available');
    }
    await pause(this.raceWindowMs);
    if (!eventType.requiresConfirmation && this.isSlotOf(host, slot, movingUid)) {
      throw bare(409, 'booking_conflict_error');
    }
  }

  private isSlotOf(host: Host, slot: Slot, movingUid: string | null): boolean {
    const { start, end } = slotTimes(slot);
    return this.state.bookings.some(
      (other) =>
        other.hostId === host.id &&
        other.status === 'accepted' &&
        other.uid !== movingUid &&
        other.start === start &&
        other.end === end,
    );
  }

  private undecided(uid: string, by: Host): Booking {
    const booking = this.find(uid);
    if (by.id !== booking.hostId) throw trpcError(401, 'User is not authorized to confirm this booking');
    if (booking.status === 'accepted') throw trpcError(400, 'Booking already confirmed');
    if (booking.status === 'cancelled') throw trpcError(400, 'Booking already cancelled');
    return booking;
  }

  private async announceNew(booking: Booking, former: Booking | null): Promise<void> {
    const occasion = this.occasion(booking);
    if (booking.status === 'pending') {
      await this.webhooks.announce(booking.hostId, 'BOOKING_REQUESTED', requestedPayload(occasion));
    } else if (former) {
      await this.webhooks.announce(booking.hostId, 'BOOKING_RESCHEDULED', rescheduledPayload(occasion, former));
    } else {
      await this.webhooks.announce(booking.hostId, 'BOOKING_CREATED', createdPayload(occasion));
    }
  }

  private newRow(uid: string) {
    const createdAt = this.now().toISOString();
    return {
      id: this.state.nextBookingId(),
      uid,
      cancellationReason: '',
      rescheduledToUid: null,
      absentHost: false,
      createdAt,
      updatedAt: createdAt,
    };
  }

  private store(booking: Booking): Booking {
    this.state.bookings.push(booking);
    this.state.save();
    return booking;
  }

  private settle(booking: Booking, status: BookingStatus): void {
    booking.status = status;
    booking.updatedAt = this.now().toISOString();
    this.state.save();
  }

  private occasion(booking: Booking): Occasion {
    const host = this.state.hostOf(booking);
    return { booking, eventType: this.eventTypeOf(booking), host, webUrl: this.webUrl() };
  }

  private eventTypeOf(booking: Booking): EventType {
    const eventType = this.state.eventType(booking.eventTypeId);
    if (!eventType) throw notFound(`Event type with id ${booking.eventTypeId} not found.`);
    return eventType;
  }
}

const outOfBounds =
  'The event type can\'t be booked at the "start" time provided. This could be because it\'s too soon (violating the minimum booking notice) or too far in the future (outside the event\'s scheduling window). Try fetching available slots first using the GET /v2/slots endpoint and then make a booking with "start" time equal to one of the available slots.';

function refuseReschedule({ uid, status, rescheduledToUid: next }: Booking): void {
  if (status === 'rejected') throw bare(404, 'Could not find original booking');
  if (next) {
    throw badRequest(
      `Can't reschedule booking with uid=${uid} because it has been cancelled and rescheduled already to booking with uid=${next}. You probably want to reschedule ${next} instead by passing it within the request URL.`,
    );
  }
  if (status === 'cancelled') {
    throw badRequest(
      `Can't reschedule booking with uid=${uid} because it has been cancelled. Please provide uid of a booking that is not cancelled.`,
    );
  }
}

function slotOf(start: Date, lengthInMinutes: number): Slot {
  return { start, end: new Date(start.getTime() + lengthInMinutes * 60_000) };
}

function slotTimes({ start, end }: Slot) {
  return { start: start.toISOString(), end: end.toISOString() };
}

function newUid(): string {
  const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz';
  return Array.from(randomBytes(22), (byte) => alphabet[byte % alphabet.length]).join('');
}
