import { Body, Controller, Delete, Get, NotFoundException, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { CurrentActor } from '../../../accounts/current-actor.decorator.js';
import type { CalComBooking } from '../../../cal-com/cal-com-booking.entity.js';
import type { Actor } from '../../../shared/actor.js';
import { BookingsService } from '../../bookings/bookings.service.js';
import { Reads, Writes } from '../api.decorators.js';
import { calComProblem } from '../cal-com-problem.js';
import { OpenLinksService } from '../open-links.service.js';
import { PayloadPipe } from '../payload.pipe.js';
import { BookingAnswer, bookingAnswer } from './booking.answer.js';
import { BookingsApiService } from './bookings-api.service.js';
import { BookingsPayload } from './bookings.payload.js';
import { CancellationPayload } from './cancellation.payload.js';
import { MadeBookingsAnswer } from './made-bookings.answer.js';

@ApiTags('Bookings')
@Controller('api/admin/scheduling/cal-com/bookings')
export class BookingsApiController {
  constructor(
    private readonly making: BookingsApiService,
    private readonly bookings: BookingsService,
    private readonly openLinks: OpenLinksService,
  ) {}

  @Post()
  @Writes({
    does: 'Makes booking links, or books a time',
    more: 'Without `start`: a personal link for each invitation, with no call to Cal.com. With it: one invitation, booked at Cal.com.',
    status: 201,
    answer: MadeBookingsAnswer,
    problems: [502, 503],
  })
  async make(@CurrentActor() actor: Actor, @Body(PayloadPipe) payload: BookingsPayload): Promise<MadeBookingsAnswer> {
    return { data: await this.making.make(actor, payload) };
  }

  @Get(':booking_id')
  @Reads({ does: 'Shows a booking', answer: BookingAnswer, problems: [] })
  async show(@CurrentActor() actor: Actor, @Param('booking_id') bookingId: string): Promise<BookingAnswer> {
    const booking = await this.bookings.find(actor, bookingId);
    if (!booking) {
      throw new NotFoundException();
    }
    return this.answer(actor, booking);
  }

  @Delete(':booking_id')
  @Writes({
    does: 'Cancels a booking',
    more: 'Cal.com tells the candidate. A booking that is not open any more is answered as it is.',
    answer: BookingAnswer,
    problems: [502, 503],
  })
  async cancel(
    @CurrentActor() actor: Actor,
    @Param('booking_id') bookingId: string,
    @Body(PayloadPipe) { reason }: CancellationPayload,
  ): Promise<BookingAnswer> {
    const outcome = await this.bookings.cancel(actor, bookingId, reason);
    if (!outcome) {
      throw new NotFoundException();
    }
    if (!outcome.ok) {
      throw calComProblem(outcome.failure);
    }
    return this.answer(actor, outcome.booking);
  }

  private async answer(actor: Actor, booking: CalComBooking): Promise<BookingAnswer> {
    const links = booking.invitationId ? await this.openLinks.list(actor, booking.invitationId) : [];
    return bookingAnswer(booking, links[0]?.url ?? null);
  }
}
