import { DateTime } from 'luxon';
import { randomUUID } from 'node:crypto';
import { type Attendee, type Booking, lengthInMinutes } from './booking.js';
import { type EventType } from './event-type.js';
import { type Host } from './host.js';

/** What a payload is made of. The keys of each trigger are those recorded from a real server. */
export interface Occasion {
  readonly booking: Booking;
  readonly eventType: EventType;
  readonly host: Host;
  readonly webUrl: string;
}

export function createdPayload(occasion: Occasion) {
  const { booking } = occasion;
  return {
    ...plainStart(occasion),
    iCalUID: booking.icsUid,
    iCalSequence: booking.icsSequence,
    ...plainMiddle(occasion),
    ...priceAndLength(occasion),
    bookingId: booking.id,
    metadata: { videoCallUrl: booking.location, ...booking.metadata },
    status: 'ACCEPTED',
  };
}

export function rescheduledPayload(occasion: Occasion, former: Booking) {
  const { booking } = occasion;
  return {
    ...plainStart(occasion),
    iCalSequence: booking.icsSequence,
    ...plainMiddle(occasion),
    ...(booking.rescheduledBy && { rescheduledBy: booking.rescheduledBy }),
    appsStatus: [],
    ...priceAndLength(occasion),
    bookingId: booking.id,
    rescheduleId: former.id,
    rescheduleUid: former.uid,
    rescheduleStartTime: withoutFraction(former.start),
    rescheduleEndTime: withoutFraction(former.end),
    metadata: { videoCallUrl: booking.location, ...booking.metadata },
    status: 'ACCEPTED',
  };
}

/** Also sent for a reschedule that awaits confirmation; nothing in it names the former booking. */
export function requestedPayload(occasion: Occasion) {
  const { booking } = occasion;
  return {
    ...common(occasion),
    startTime: booking.start,
    endTime: booking.end,
    attendees: booking.attendees.map((attendee) => {
      const [firstName = '', ...rest] = attendee.name.split(' ');
      return {
        ...attendeeWithPhone(attendee, booking),
        bookingSeat: null,
        firstName,
        lastName: rest.join(' '),
      };
    }),
    ...flags(),
    seatsShowAttendees: true,
    seatsShowAvailabilityCount: true,
    responses: responsesOf(booking),
    location: booking.location,
    iCalUID: booking.icsUid,
    iCalSequence: booking.icsSequence,
    requiresConfirmation: true,
    oneTimePassword: randomUUID(),
    platformClientId: '',
    platformRescheduleUrl: '',
    platformCancelUrl: '',
    platformBookingUrl: '',
    uid: booking.uid,
    organizationId: null,
    bookingId: booking.id,
    hashedLink: null,
    schedulingType: null,
    status: 'PENDING',
    ...priceAndLength(occasion),
    assignmentReason: [],
    destinationCalendar: null,
    metadata: { ...booking.metadata, videoCallUrl: booking.location },
  };
}

/** BOOKING_CREATED once a host has confirmed: the booker's own metadata is gone. */
export function confirmedPayload(occasion: Occasion) {
  return { ...decidedPayload(occasion), status: 'ACCEPTED', metadata: { videoCallUrl: occasion.booking.location } };
}

export function rejectedPayload(occasion: Occasion, reason: string | null) {
  return { ...decidedPayload(occasion), ...(reason && { rejectionReason: reason }), status: 'REJECTED' };
}

export function cancelledPayload(occasion: Occasion, reason: string) {
  const { booking } = occasion;
  return {
    ...common(occasion),
    responses: responsesOf(booking),
    startTime: withOffset(booking.start),
    endTime: withOffset(booking.end),
    attendees: booking.attendees.map((attendee) => attendeeWithPhone(attendee, booking)),
    uid: booking.uid,
    bookingId: booking.id,
    location: booking.location,
    destinationCalendar: [],
    ...(reason && { cancellationReason: reason }),
    seatsPerTimeSlot: null,
    seatsShowAttendees: false,
    iCalUID: booking.icsUid,
    iCalSequence: booking.icsSequence + 1,
    hideOrganizerEmail: false,
    customReplyToEmail: null,
    schedulingType: null,
    ...priceAndLength(occasion),
    requiresConfirmation: null,
    price: null,
    status: 'CANCELLED',
    requestReschedule: false,
  };
}

export function noShowPayload(booking: Booking, changed: readonly Attendee[]) {
  const words = changed.map(({ email, absent }) => `${email} ${absent ? 'marked' : 'unmarked'} as no-show`);
  return {
    message: words.length > 0 ? words.join(', ') : 'No-show status updated for attendees',
    attendees: changed.map(({ email, absent }) => ({ email, noShow: absent })),
    bookingUid: booking.uid,
    bookingId: booking.id,
  };
}

function plainStart(occasion: Occasion) {
  const { booking } = occasion;
  return {
    ...common(occasion),
    startTime: withoutFraction(booking.start),
    endTime: withoutFraction(booking.end),
    attendees: booking.attendees.map((attendee) => ({
      email: attendee.email,
      name: attendee.name,
      ...(attendee.phoneNumber && { phoneNumber: attendee.phoneNumber }),
      firstName: '',
      lastName: '',
      ...zoneOf(attendee, booking),
    })),
    ...flags(),
    schedulingType: null,
    seatsShowAttendees: true,
    seatsShowAvailabilityCount: true,
    responses: {
      attendeePhoneNumber: answer('phone_number', booking.attendees[0]?.phoneNumber, true),
      ...responsesOf(booking),
      location: answer('location', { value: booking.location, optionValue: '' }),
    },
    location: booking.location,
    destinationCalendar: null,
  };
}

function plainMiddle({ booking, eventType }: Occasion) {
  return {
    requiresConfirmation: eventType.requiresConfirmation,
    oneTimePassword: null,
    hashedLink: null,
    uid: booking.uid,
  };
}

function decidedPayload(occasion: Occasion) {
  const { booking } = occasion;
  return {
    ...common(occasion),
    responses: responsesOf(booking),
    startTime: booking.start,
    endTime: booking.end,
    attendees: booking.attendees.map((attendee) => attendeeWithPhone(attendee, booking)),
    location: booking.location,
    uid: booking.uid,
    destinationCalendar: [],
    requiresConfirmation: occasion.eventType.requiresConfirmation,
    ...flags(),
    seatsShowAttendees: false,
    organizationId: null,
    assignmentReason: null,
    ...priceAndLength(occasion),
    bookingId: booking.id,
  };
}

function common({ booking, eventType, host, webUrl }: Occasion) {
  return {
    bookerUrl: webUrl,
    title: booking.title,
    type: eventType.slug,
    organizer: {
      id: host.id,
      name: host.name,
      email: host.email,
      username: host.username,
      timeZone: host.timeZone,
      language: { locale: 'en' },
      timeFormat: 'HH:mm',
      utcOffset: utcOffset(host.timeZone, booking.start),
    },
    additionalNotes: booking.notes,
    description: eventType.description,
    eventTypeId: eventType.id,
    customInputs: {},
    userFieldsResponses: {},
    hideBranding: false,
  };
}

function flags() {
  return {
    hideCalendarNotes: false,
    hideCalendarEventDetails: false,
    hideOrganizerEmail: false,
    seatsPerTimeSlot: null,
    customReplyToEmail: null,
    disableRescheduling: false,
    disableCancelling: false,
  };
}

function priceAndLength({ booking, eventType }: Occasion) {
  return {
    eventTitle: eventType.title,
    eventDescription: eventType.description || null,
    price: 0,
    currency: 'usd',
    length: lengthInMinutes(booking),
  };
}

function responsesOf(booking: Booking) {
  return {
    name: answer('your_name', booking.attendees[0]?.name),
    email: answer('email_address', booking.attendees[0]?.email),
    location: answer('location', undefined),
    title: answer('what_is_this_meeting_about', undefined, true),
    notes: answer('additional_notes', booking.notes || undefined),
    guests: answer('additional_guests', booking.guests.length > 0 ? booking.guests : undefined),
    rescheduleReason: answer('reason_for_reschedule', undefined),
  };
}

function answer(label: string, value: unknown, isHidden = false) {
  return { label, ...(value !== undefined && { value }), isHidden };
}

function attendeeWithPhone(attendee: Attendee, booking: Booking) {
  return {
    name: attendee.name,
    email: attendee.email,
    phoneNumber: attendee.phoneNumber ?? null,
    ...zoneOf(attendee, booking),
  };
}

function zoneOf(attendee: Attendee, booking: Booking) {
  return {
    timeZone: attendee.timeZone,
    language: { locale: attendee.language },
    utcOffset: utcOffset(attendee.timeZone, booking.start),
  };
}

function utcOffset(timeZone: string, at: string): number {
  return DateTime.fromISO(at, { zone: timeZone }).offset;
}

const withoutFraction = (iso: string) => iso.replace('.000Z', 'Z');
const withOffset = (iso: string) => iso.replace('.000Z', '+00:00');
