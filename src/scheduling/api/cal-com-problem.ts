import {
  BadGatewayException,
  ConflictException,
  NotFoundException,
  ServiceUnavailableException,
  type HttpException,
} from '@nestjs/common';
import { describeBookingFailure, type BookingFailure } from '../bookings/booking-outcome.js';

/** How a program hears that Cal.com could not be asked, or did not do what was asked. */
export function calComProblem(failure: BookingFailure, sentence = describeBookingFailure(failure)): HttpException {
  switch (failure.kind) {
    case 'rate-limited':
    case 'unavailable':
      return new ServiceUnavailableException(sentence);
    case 'unauthorized':
    case 'unknown-outcome':
      return new BadGatewayException(sentence);
    case 'not-found':
      return new NotFoundException(sentence);
    default:
      return new ConflictException(sentence);
  }
}
