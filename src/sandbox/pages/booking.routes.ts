import { type Response, Router } from 'express';
import { ApiError } from '../api-error.js';
import { type Booking } from '../booking.js';
import { errorsByField, type FormError, lengthErrors, longestReason } from './booking.form.js';
import { bookingView } from './booking.view.js';
import { type Pages } from './pages.routes.js';

/** `/booking/{uid}`: whoever has the uid may look and cancel, as on Cal.com. */
export function bookingRoutes({ state, desk, now, show }: Pages): Router {
  const router = Router();

  router.get('/booking/:uid', (request, response) => {
    const booking = desk.find(request.params.uid);
    showBooking(response, booking, { isCancelling: request.query.cancel === 'true' });
  });

  router.post('/booking/:uid/cancellation', async (request, response) => {
    const booking = desk.find(request.params.uid);
    const reason = (request.body as Record<string, string>).cancellationReason?.trim() ?? '';
    const errors = lengthErrors('cancellationReason', 'Reason', reason, longestReason);
    if (errors.length > 0) {
      return showBooking(response, booking, { isCancelling: true, reasonTyped: reason, errors }, 422);
    }
    try {
      await desk.cancel(booking.uid, reason, null);
    } catch (error) {
      // Cancelled twice, or over by now: the page it leads to says which.
      if (!(error instanceof ApiError)) throw error;
    }
    response.redirect(303, `/booking/${booking.uid}`);
  });

  const showBooking = (
    response: Response,
    booking: Booking,
    form: { isCancelling: boolean; reasonTyped?: string; errors?: FormError[] },
    status = 200,
  ) => {
    const { reasonTyped = '', errors = [] } = form;
    const view = bookingView(booking, state.eventType(booking.eventTypeId), state.hostOf(booking), now());
    const isCancelling = form.isCancelling && view.canChange;
    const model = {
      ...view,
      isCancelling,
      reasonTyped,
      errors,
      error: errorsByField(errors, ['cancellationReason']),
      bookingHref: `/booking/${booking.uid}`,
    };
    show(response, 'booking', model, status);
  };

  return router;
}
