import { invalidTarget } from './api-error.js';
import { oldBookingVersions, oldEventTypeVersions } from './api-versions.js';
import { type Booking } from './booking.js';
import { asObject } from './booking-input.js';
import { type BookingDesk } from './booking-desk.js';
import { type Endpoint, hostOf, success } from './endpoint.js';
import { type EventType } from './event-type.js';
import { type SandboxState } from './state.js';

/** What a client without the right `cal-api-version` meets: the recorded old shapes, down to their main keys. */
export function oldVersionEndpoints(state: SandboxState, desk: BookingDesk, webUrl: () => string): Endpoint[] {
  return [
    {
      method: 'get',
      path: '/event-types',
      versions: oldEventTypeVersions,
      key: 'required',
      answer: (call) => {
        const { id, username, name } = hostOf(call);
        const group = {
          teamId: null,
          bookerUrl: webUrl(),
          membershipRole: null,
          profile: { slug: username, name, image: `${webUrl()}/avatar.svg` },
          eventTypes: state.eventTypes.filter(({ ownerId }) => ownerId === id).map(oldEventType),
        };
        return success({ eventTypeGroups: [group], profiles: [], allUsersAcrossAllEventTypes: [] });
      },
    },
    {
      method: 'get',
      path: '/bookings',
      versions: oldBookingVersions,
      key: 'required',
      answer: (call) => {
        const own = state.bookings.filter(({ hostId }) => hostId === hostOf(call).id);
        const bookings = own.slice(0, 10).map(oldBooking);
        return success({ bookings, recurringInfo: [], totalCount: own.length, nextCursor: 10 });
      },
    },
    {
      method: 'get',
      path: '/bookings/:uid',
      versions: oldBookingVersions,
      key: 'optional',
      answer: (call) => success(oldBooking(desk.find(call.params.uid ?? ''))),
    },
    {
      method: 'post',
      path: '/bookings',
      versions: oldBookingVersions,
      key: 'optional',
      answer: ({ body }) => {
        const { start, eventTypeId } = asObject(body);
        throw invalidTarget({ start, eventTypeId }, [
          { property: 'timeZone', constraints: { isTimeZone: 'timeZone must be a valid IANA time-zone' } },
          { property: 'language', constraints: { isString: 'language must be a string' } },
          { property: 'metadata', constraints: { isObject: 'metadata must be an object' } },
        ]);
      },
    },
    {
      method: 'post',
      path: '/bookings/:uid/cancel',
      versions: oldBookingVersions,
      key: 'optional',
      answer: async (call) => {
        const reason = String(asObject(call.body).cancellationReason ?? '');
        const { id, uid } = await desk.cancel(call.params.uid ?? '', reason, call.by);
        return success({ bookingId: id, bookingUid: uid, onlyRemovedAttendee: false }, 201);
      },
    },
  ];
}

function oldEventType({ id, ownerId, description, hidden, slug, lengthInMinutes, title, ...rest }: EventType) {
  return {
    id,
    teamId: null,
    schedulingType: null,
    userId: ownerId,
    metadata: {},
    description,
    hidden,
    slug,
    length: lengthInMinutes,
    title,
    requiresConfirmation: rest.requiresConfirmation,
    minimumBookingNotice: rest.minimumBookingNoticeMinutes,
  };
}

function oldBooking({ id, uid, title, notes, start, end, location, status, metadata, attendees, ...rest }: Booking) {
  return {
    id,
    uid,
    title,
    description: notes,
    startTime: start,
    endTime: end,
    location,
    status: status.toUpperCase(),
    metadata: { ...metadata, videoCallUrl: location },
    responses: { name: attendees[0]?.name, email: attendees[0]?.email },
    createdAt: rest.createdAt,
    updatedAt: rest.updatedAt,
  };
}
