import { badRequest, type FieldError, invalidFields } from './api-error.js';
import { type BookingDesk } from './booking-desk.js';
import { type Booking, bookingOutput } from './booking.js';
import { asObject, parseBookingInput, parseIso, startErrors, unknownFieldErrors } from './booking-input.js';
import { listBookings } from './booking-list.js';
import { type Answer, type Call, type Endpoint, hostOf, success } from './endpoint.js';
import { type SandboxState } from './state.js';

const versions = ['2024-08-13'];

export function bookingEndpoints(state: SandboxState, desk: BookingDesk, now: () => Date): Endpoint[] {
  const output = (booking: Booking) =>
    bookingOutput(booking, state.eventType(booking.eventTypeId), state.hostOf(booking));
  const made = (booking: Booking) => success({ ...output(booking), isPlatformManagedUserBooking: false }, 201);

  const list = (call: Call): Answer => {
    const own = state.bookings.filter(({ hostId }) => hostId === hostOf(call).id);
    const { bookings, pagination } = listBookings(own, call.query, now());
    return { status: 200, body: { status: 'success', data: bookings.map(output), pagination } };
  };
  const reschedule = async (call: Call): Promise<Answer> => {
    const input = asObject(call.body);
    refuse([
      ...unknownFieldErrors(input, [
        'start',
        'rescheduledBy',
        'reschedulingReason',
        'seatUid',
        'emailVerificationCode',
      ]),
      ...startErrors(input.start),
    ]);
    const booking = await desk.reschedule(
      uidOf(call),
      {
        start: parseIso(input.start as string),
        reason: textOf(input.reschedulingReason),
        rescheduledBy: textOf(input.rescheduledBy),
      },
      call.by,
    );
    return made(booking);
  };
  const cancel = async (call: Call): Promise<Answer> => {
    const input = asObject(call.body);
    refuse(unknownFieldErrors(input, ['cancellationReason', 'cancelSubsequentBookings', 'seatUid']));
    const booking = await desk.cancel(uidOf(call), textOf(input.cancellationReason) ?? '', call.by);
    if (input.cancelSubsequentBookings === true) {
      throw badRequest(`Booking with bookingUid=${booking.uid} is not part of a recurring booking.`);
    }
    return success(output(booking));
  };
  const decline = async (call: Call): Promise<Answer> => {
    const input = asObject(call.body);
    refuse(unknownFieldErrors(input, ['reason']));
    return success(output(await desk.decline(uidOf(call), textOf(input.reason), hostOf(call))));
  };
  const markAbsent = async (call: Call): Promise<Answer> => {
    const input = asObject(call.body);
    refuse(unknownFieldErrors(input, ['host', 'attendees']));
    return success(output(await desk.markAbsent(uidOf(call), input, hostOf(call))));
  };

  return [
    at('/bookings', 'permitted', list, 'get'),
    at('/bookings', 'optional', async ({ body }) => made(await desk.book(parseBookingInput(body, state)))),
    at('/bookings/:uid', 'optional', (call) => success(output(desk.find(uidOf(call)))), 'get'),
    at('/bookings/:uid/reschedule', 'optional', reschedule),
    at('/bookings/:uid/cancel', 'optional', cancel),
    at('/bookings/:uid/confirm', 'permitted', async (call) =>
      success(output(await desk.confirm(uidOf(call), hostOf(call)))),
    ),
    at('/bookings/:uid/decline', 'permitted', decline),
    at('/bookings/:uid/mark-absent', 'permitted', markAbsent),
  ];
}

function at(
  path: string,
  key: Endpoint['key'],
  answer: Endpoint['answer'],
  method: Endpoint['method'] = 'post',
): Endpoint {
  return { method, path, versions, key, answer };
}

const uidOf = (call: Call) => call.params.uid ?? '';
const textOf = (value: unknown) => (typeof value === 'string' && value ? value : null);

function refuse(errors: readonly FieldError[]): void {
  if (errors.length > 0) throw invalidFields(errors);
}
