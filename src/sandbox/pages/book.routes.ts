import { type Request, type Response, Router } from 'express';
import { ApiError } from '../api-error.js';
import { type EventType } from '../event-type.js';
import { bookingErrors, errorsByField, type FormError } from './booking.form.js';
import { whenView } from './booking.view.js';
import { fieldsOf, linkTo, type PageQuery, parsePageQuery } from './page-query.js';
import { type Pages } from './pages.routes.js';
import { isSlotFree, nearestFreeTimes, type PickerOptions, pickerView } from './picker.view.js';
import { lengthText } from './time-words.js';

const otherTimesOffered = 8;
const fieldNames = ['slot', 'name', 'email', 'notes'];

/** `/{username}/{slug}`: first a time, then who comes. */
export function bookRoutes({ state, desk, now, show }: Pages): Router {
  const router = Router();

  router.get('/:username/:slug', (request, response, next) => {
    const eventType = eventTypeOf(request);
    if (!eventType) return next();
    const options = optionsFor(eventType, request, parsePageQuery(request.query));
    const { slot } = options.query;
    if (slot && isSlotFree(options, slot)) showForm(response, options, []);
    else showPicker(response, options, slot !== null);
  });

  router.post('/:username/:slug', async (request, response, next) => {
    const eventType = eventTypeOf(request);
    if (!eventType) return next();
    const options = optionsFor(eventType, request, parsePageQuery(request.body as Record<string, unknown>));
    const errors = bookingErrors(options.query);
    const { name, email, notes, metadata, slot } = options.query;
    if (errors.length > 0 || !slot) return showForm(response, options, errors, 422);
    try {
      const booking = await desk.book({
        start: slot,
        eventType,
        lengthInMinutes: options.lengthInMinutes,
        attendee: { name: name.trim(), email: email.trim(), timeZone: options.timeZone, language: 'en' },
        guests: [],
        notes: notes.trim(),
        metadata,
        responses: {},
      });
      response.redirect(303, `/booking/${booking.uid}`);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      showForm(response, options, [{ field: 'slot', text: 'This time has just been taken. Choose another' }], 422);
    }
  });

  const eventTypeOf = (request: Request<{ username: string; slug: string }>) =>
    state.eventTypeAt(request.params.username, request.params.slug);

  const optionsFor = (eventType: EventType, request: Request, query: PageQuery): PickerOptions => {
    const { duration } = query;
    const isOffered = duration !== null && eventType.lengthInMinutesOptions?.includes(duration);
    return {
      state,
      eventType,
      path: request.path,
      query,
      timeZone: query.timeZone ?? state.hostOf(eventType).timeZone,
      lengthInMinutes: isOffered ? duration : eventType.lengthInMinutes,
      movingUid: null,
      now: now(),
    };
  };

  const showPicker = (response: Response, options: PickerOptions, isSlotGone: boolean) =>
    show(response, 'choose-time', {
      ...eventView(options),
      heading: options.eventType.title,
      notice: isSlotGone ? 'That time is not free any more. Please choose another.' : null,
      former: null,
      picker: pickerView(options),
    });

  const showForm = (response: Response, options: PickerOptions, errors: FormError[], status = 200) => {
    const { query, lengthInMinutes, timeZone, path } = options;
    const isSlotOpen = query.slot !== null && !errors.some(({ field }) => field === 'slot');
    const end = query.slot && new Date(query.slot.getTime() + lengthInMinutes * 60_000);
    const view = {
      ...eventView(options),
      action: path,
      errors,
      error: errorsByField(errors, fieldNames),
      when:
        isSlotOpen && query.slot && end
          ? whenView(
              { start: query.slot.toISOString(), end: end.toISOString() },
              timeZone,
              state.hostOf(options.eventType),
            )
          : null,
      otherTimes: isSlotOpen ? null : nearestFreeTimes(options, query.slot ?? now(), otherTimesOffered),
      name: query.name,
      email: query.email,
      notes: query.notes,
      kept: fieldsOf({ ...query, name: '', email: '', notes: '', slot: isSlotOpen ? query.slot : null }).concat(
        query.timeZone ? [] : [{ name: 'cal.tz', value: timeZone }],
      ),
      changeHref: linkTo(path, query, { slot: null }),
      button: options.eventType.requiresConfirmation ? 'Ask for this time' : 'Book this time',
    };
    show(response, 'book', view, status);
  };

  const eventView = ({ eventType, path, query, lengthInMinutes }: PickerOptions) => ({
    hostName: state.hostOf(eventType).name,
    title: eventType.title,
    description: eventType.description,
    length: lengthText(lengthInMinutes),
    durations:
      eventType.lengthInMinutesOptions?.map((minutes) => ({
        text: `${minutes} min`,
        href: linkTo(path, query, { duration: minutes, slot: null, date: null }),
        isCurrent: minutes === lengthInMinutes,
      })) ?? null,
    needsConfirmation: eventType.requiresConfirmation,
  });

  return router;
}
