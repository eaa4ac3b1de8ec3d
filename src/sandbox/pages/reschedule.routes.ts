import { type Response, Router } from 'express';
import { ApiError } from '../api-error.js';
import { type Booking, isOpen, lengthInMinutes } from '../booking.js';
import { errorsByField, type FormError, lengthErrors, longestReason } from './booking.form.js';
import { whenView } from './booking.view.js';
import { fieldsOf, linkTo, type PageQuery, parsePageQuery } from './page-query.js';
import { type Pages } from './pages.routes.js';
import { isSlotFree, nearestFreeTimes, type PickerOptions, pickerView } from './picker.view.js';
import { lengthText } from './time-words.js';

const otherTimesOffered = 8;

/** `/reschedule/{uid}`: a new time for a booking, which gets a new uid by it. */
export function rescheduleRoutes({ state, desk, now, show }: Pages): Router {
  const router = Router();

  router.get('/reschedule/:uid', (request, response) => {
    const booking = desk.find(request.params.uid);
    const options = optionsFor(booking, parsePageQuery(request.query));
    if (!options) return response.redirect(303, `/booking/${booking.uid}`);
    const { slot } = options.query;
    if (slot && isSlotFree(options, slot)) showForm(response, booking, options, '', []);
    else showPicker(response, booking, options, slot !== null);
  });

  router.post('/reschedule/:uid', async (request, response) => {
    const booking = desk.find(request.params.uid);
    const sent = request.body as Record<string, string>;
    const options = optionsFor(booking, parsePageQuery(sent));
    if (!options) return response.redirect(303, `/booking/${booking.uid}`);
    const reason = sent.rescheduleReason?.trim() ?? '';
    const { slot } = options.query;
    const errors = [
      ...(slot ? [] : [{ field: 'slot', text: 'Choose a time' }]),
      ...lengthErrors('rescheduleReason', 'Reason', reason, longestReason),
    ];
    if (errors.length > 0 || !slot) return showForm(response, booking, options, reason, errors, 422);
    try {
      const rescheduledBy = booking.attendees[0]?.email ?? null;
      const next = await desk.reschedule(booking.uid, { start: slot, reason: reason || null, rescheduledBy }, null);
      response.redirect(303, `/booking/${next.uid}`);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      const taken = { field: 'slot', text: 'This time has just been taken. Choose another' };
      showForm(response, booking, options, reason, [taken], 422);
    }
  });

  const optionsFor = (booking: Booking, query: PageQuery): PickerOptions | null => {
    const eventType = state.eventType(booking.eventTypeId);
    if (!eventType || !isOpen(booking) || Date.parse(booking.end) < now().getTime()) return null;
    return {
      state,
      eventType,
      path: `/reschedule/${booking.uid}`,
      query,
      timeZone: query.timeZone ?? booking.attendees[0]?.timeZone ?? state.hostOf(booking).timeZone,
      lengthInMinutes: lengthInMinutes(booking),
      movingUid: booking.uid,
      now: now(),
    };
  };

  const showPicker = (response: Response, booking: Booking, options: PickerOptions, isSlotGone: boolean) =>
    show(response, 'choose-time', {
      ...eventView(booking, options),
      heading: 'Choose a new time',
      durations: null,
      notice: isSlotGone ? 'That time is not free any more. Please choose another.' : null,
      picker: pickerView(options),
    });

  const showForm = (
    response: Response,
    booking: Booking,
    options: PickerOptions,
    reason: string,
    errors: FormError[],
    status = 200,
  ) => {
    const { query, timeZone, path } = options;
    const isSlotOpen = query.slot !== null && !errors.some(({ field }) => field === 'slot');
    const end = query.slot && new Date(query.slot.getTime() + options.lengthInMinutes * 60_000);
    const view = {
      ...eventView(booking, options),
      action: path,
      errors,
      error: errorsByField(errors, ['slot', 'rescheduleReason']),
      when:
        isSlotOpen && query.slot && end
          ? whenView({ start: query.slot.toISOString(), end: end.toISOString() }, timeZone, state.hostOf(booking))
          : null,
      otherTimes: isSlotOpen ? null : nearestFreeTimes(options, query.slot ?? now(), otherTimesOffered),
      reason,
      kept: fieldsOf({ ...query, slot: isSlotOpen ? query.slot : null }),
      changeHref: linkTo(path, query, { slot: null }),
    };
    show(response, 'reschedule', view, status);
  };

  const eventView = (booking: Booking, { eventType, timeZone, lengthInMinutes }: PickerOptions) => ({
    hostName: state.hostOf(booking).name,
    title: eventType.title,
    description: eventType.description,
    length: lengthText(lengthInMinutes),
    needsConfirmation: eventType.requiresConfirmation,
    former: whenView(booking, timeZone, state.hostOf(booking)),
    bookingHref: `/booking/${booking.uid}`,
  });

  return router;
}
