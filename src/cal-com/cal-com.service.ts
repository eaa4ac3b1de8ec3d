import { Injectable } from '@nestjs/common';
import { type CalAccount, readAccount } from './cal-account.js';
import { type CalBooking, type CalBookingPage, readBooking, readBookingPage } from './cal-booking.js';
import { type CalCalendar, readCalendars } from './cal-calendar.js';
import type { CalComConnection } from './cal-com-connection.js';
import { type CalComOutcome, failed, success } from './cal-com-outcome.js';
import { CalComRequests } from './cal-com-requests.js';
import { type CalEventType, readEventTypes } from './cal-event-type.js';
import { type CalSlot, readSlots } from './cal-slot.js';
import { type CalWebhook, type NewCalWebhook, readWebhook, readWebhooks } from './cal-webhook.js';

export interface SlotsQuery {
  readonly eventTypeId: number;
  readonly start: Date;
  readonly end: Date;
  /** IANA name. */
  readonly timeZone: string;
  /** Only for an event type that offers several lengths; Cal.com refuses it elsewhere. */
  readonly lengthInMinutes?: number;
}

export interface NewCalBooking {
  readonly eventTypeId: number;
  readonly start: Date;
  readonly attendee: { readonly name: string; readonly email: string; readonly timeZone: string };
  /** Only for an event type that offers several lengths; Cal.com refuses it elsewhere. */
  readonly lengthInMinutes?: number;
  /** At most 50 names of 40 characters with texts of 500. Anyone who has the booking's uid can read it. */
  readonly metadata?: Readonly<Record<string, string>>;
}

export interface BookingsQuery {
  /** `upcoming` includes pending ones; `cancelled` includes declined ones and the old half of a reschedule. */
  readonly status?: readonly ('upcoming' | 'recurring' | 'past' | 'cancelled' | 'unconfirmed')[];
  /** Compared letter by letter, upper and lower case included. */
  readonly attendeeEmail?: string;
  readonly bookingUid?: string;
  readonly eventTypeIds?: readonly number[];
  readonly afterStart?: Date;
  readonly beforeEnd?: Date;
  readonly afterCreatedAt?: Date;
  /** The instant itself is included. */
  readonly afterUpdatedAt?: Date;
  readonly sort?: { readonly by: 'start' | 'created' | 'updatedAt'; readonly direction: 'asc' | 'desc' };
  /** 1 to 250. */
  readonly take?: number;
  readonly skip?: number;
}

export interface Reschedule {
  readonly start: Date;
  readonly reason: string;
  /** The e-mail address of who moves it; the host's own makes a confirmation unnecessary. */
  readonly rescheduledBy?: string;
}

export const defaultCancellationReason = 'Cancelled by the hiring team.';

/**
 * The gateway to the Cal.com API v2. Every method answers with an outcome and never throws; a write that ends in
 * `unknown-outcome` must be looked up with `listBookings`, never sent again.
 */
@Injectable()
export class CalComService {
  constructor(private readonly requests: CalComRequests) {}

  /** Whose key it is: the test of a connection. */
  fetchMe(connection: CalComConnection): Promise<CalComOutcome<CalAccount>> {
    return this.requests.send(connection, { method: 'GET', group: 'me', path: '/me', read: readAccount });
  }

  /** The calendars of the key's owner, and whether Cal.com can still read them. */
  listCalendars(connection: CalComConnection): Promise<CalComOutcome<readonly CalCalendar[]>> {
    return this.requests.send(connection, {
      method: 'GET',
      group: 'calendars',
      path: '/calendars',
      read: readCalendars,
    });
  }

  /** The event types of the key's owner, hidden ones too. */
  listEventTypes(connection: CalComConnection): Promise<CalComOutcome<readonly CalEventType[]>> {
    return this.requests.send(connection, {
      method: 'GET',
      group: 'eventTypes',
      path: '/event-types',
      read: readEventTypes,
    });
  }

  /** Free starts in order. Cal.com may offer what it refuses a moment later. */
  listSlots(connection: CalComConnection, query: SlotsQuery): Promise<CalComOutcome<readonly CalSlot[]>> {
    return this.requests.send(connection, {
      method: 'GET',
      group: 'slots',
      path: '/slots',
      query: {
        eventTypeId: query.eventTypeId,
        start: query.start.toISOString(),
        end: query.end.toISOString(),
        timeZone: query.timeZone,
        duration: query.lengthInMinutes,
      },
      about: 'event type',
      read: readSlots,
    });
  }

  createBooking(connection: CalComConnection, booking: NewCalBooking): Promise<CalComOutcome<CalBooking>> {
    const { name, email, timeZone } = booking.attendee;
    return this.requests.send(connection, {
      method: 'POST',
      group: 'bookings',
      path: '/bookings',
      body: {
        eventTypeId: booking.eventTypeId,
        start: booking.start.toISOString(),
        attendee: { name, email, timeZone },
        lengthInMinutes: booking.lengthInMinutes,
        metadata: booking.metadata,
      },
      about: 'event type',
      read: (data) => readBooking(data),
    });
  }

  getBooking(connection: CalComConnection, uid: string): Promise<CalComOutcome<CalBooking>> {
    return this.sendAbout(uid, () =>
      this.requests.send(connection, {
        method: 'GET',
        group: 'bookings',
        path: `/bookings/${uid}`,
        about: 'booking',
        read: (data) => readBooking(data, uid),
      }),
    );
  }

  /** Sorted by nothing but the given order. For polling: `updatedAt`, ascending, with windows that overlap. */
  listBookings(connection: CalComConnection, query: BookingsQuery): Promise<CalComOutcome<CalBookingPage>> {
    const take = query.take ?? 100;
    if (query.eventTypeIds?.length === 0) return Promise.resolve(success(noBookings));
    return this.requests.send(connection, {
      method: 'GET',
      group: 'bookings',
      path: '/bookings',
      query: {
        status: query.status?.join(',') || undefined,
        attendeeEmail: query.attendeeEmail,
        bookingUid: query.bookingUid,
        eventTypeIds: query.eventTypeIds?.join(','),
        afterStart: query.afterStart?.toISOString(),
        beforeEnd: query.beforeEnd?.toISOString(),
        afterCreatedAt: query.afterCreatedAt?.toISOString(),
        afterUpdatedAt: query.afterUpdatedAt?.toISOString(),
        ...(query.sort && { [sortNames[query.sort.by]]: query.sort.direction }),
        take,
        skip: query.skip,
      },
      read: (data, { pagination }) => readBookingPage(data, pagination, take),
    });
  }

  /**
   * Always with a reason, which Cal.com demands from the host. `cancelSubsequentBookings` is never sent: on a single
   * booking Cal.com answers 400 and cancels it all the same.
   */
  cancelBooking(connection: CalComConnection, uid: string, reason: string): Promise<CalComOutcome<CalBooking>> {
    return this.sendAbout(uid, () =>
      this.requests.send(connection, {
        method: 'POST',
        group: 'bookings',
        path: `/bookings/${uid}/cancel`,
        body: { cancellationReason: reason.trim() || defaultCancellationReason },
        about: 'booking',
        read: (data) => readBooking(data, uid),
      }),
    );
  }

  /** The value is the new booking: a reschedule makes a new uid and leaves the old one cancelled. */
  rescheduleBooking(connection: CalComConnection, uid: string, change: Reschedule): Promise<CalComOutcome<CalBooking>> {
    return this.sendAbout(uid, () =>
      this.requests.send(connection, {
        method: 'POST',
        group: 'bookings',
        path: `/bookings/${uid}/reschedule`,
        body: {
          start: change.start.toISOString(),
          reschedulingReason: change.reason.trim() || undefined,
          rescheduledBy: change.rescheduledBy,
        },
        about: 'booking',
        read: (data) => readBooking(data),
      }),
    );
  }

  /** Cal.com takes it for one that was declined as well, and books a time twice: look first that it is pending. */
  confirmBooking(connection: CalComConnection, uid: string): Promise<CalComOutcome<CalBooking>> {
    return this.sendAbout(uid, () =>
      this.requests.send(connection, {
        method: 'POST',
        group: 'bookings',
        path: `/bookings/${uid}/confirm`,
        about: 'booking',
        read: (data) => readBooking(data, uid),
      }),
    );
  }

  /** The candidate is mailed the reason, which the API never tells again. */
  declineBooking(connection: CalComConnection, uid: string, reason: string): Promise<CalComOutcome<CalBooking>> {
    return this.sendAbout(uid, () =>
      this.requests.send(connection, {
        method: 'POST',
        group: 'bookings',
        path: `/bookings/${uid}/decline`,
        body: { reason: reason.trim() || undefined },
        about: 'booking',
        read: (data) => readBooking(data, uid),
      }),
    );
  }

  /** Only once it has begun. An address that did not book is passed over without a word. */
  markAbsent(connection: CalComConnection, uid: string, emails: readonly string[]): Promise<CalComOutcome<CalBooking>> {
    return this.sendAbout(uid, () =>
      this.requests.send(connection, {
        method: 'POST',
        group: 'bookings',
        path: `/bookings/${uid}/mark-absent`,
        body: { attendees: emails.map((email) => ({ email, absent: true })) },
        about: 'booking',
        read: (data) => readBooking(data, uid),
      }),
    );
  }

  /** Of the key's owner; those of single event types are not among them. */
  listWebhooks(connection: CalComConnection): Promise<CalComOutcome<readonly CalWebhook[]>> {
    return this.requests.send(connection, {
      method: 'GET',
      group: 'webhooks',
      path: '/webhooks',
      query: { take: mostWebhooks },
      read: readWebhooks,
    });
  }

  createWebhook(connection: CalComConnection, webhook: NewCalWebhook): Promise<CalComOutcome<CalWebhook>> {
    const { subscriberUrl, triggers, secret } = webhook;
    return this.requests.send(connection, {
      method: 'POST',
      group: 'webhooks',
      path: '/webhooks',
      body: { active: true, subscriberUrl, triggers, secret },
      read: readWebhook,
    });
  }

  /** May be sent again: one that is gone is `not-found`. */
  async deleteWebhook(connection: CalComConnection, id: string): Promise<CalComOutcome<true>> {
    if (!canBePartOfPath(id)) return failed({ kind: 'not-found', what: 'webhook' });
    return this.requests.send(connection, {
      method: 'DELETE',
      group: 'webhooks',
      path: `/webhooks/${id}`,
      about: 'webhook',
      read: () => true as const,
    });
  }

  /** A uid becomes part of the path: what does not look like one is unknown without asking. */
  private async sendAbout<T>(uid: string, send: () => Promise<CalComOutcome<T>>): Promise<CalComOutcome<T>> {
    return canBePartOfPath(uid) ? send() : failed({ kind: 'not-found', what: 'booking' });
  }
}

/** All that one page can have. */
const mostWebhooks = 250;

function canBePartOfPath(id: string): boolean {
  return /^[\w-]{1,100}$/.test(id);
}

/** An empty list of event types asks for nothing; Cal.com would take it for no filter at all. */
const noBookings: CalBookingPage = { bookings: [], unreadable: 0, hasNextPage: false };

const sortNames = { start: 'sortStart', created: 'sortCreated', updatedAt: 'sortUpdatedAt' } as const;
