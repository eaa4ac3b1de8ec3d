import { Body, Controller, Get, NotFoundException, Param, Post, Query } from '@nestjs/common';
import { Needs } from '../../../accounts/access.decorator.js';
import { CurrentActor } from '../../../accounts/current-actor.decorator.js';
import type { CalComBooking } from '../../../cal-com/cal-com-booking.entity.js';
import type { Actor } from '../../../shared/actor.js';
import type { Flash } from '../../../web/flash.js';
import { readForm } from '../../../web/forms.js';
import { IdPipe } from '../../../web/id.pipe.js';
import type { Page } from '../../../web/page.js';
import { Redirect } from '../../../web/redirect.js';
import { describeBookingFailure } from '../booking-outcome.js';
import { BookingRecordsService } from '../booking-records.service.js';
import { BookingsService } from '../bookings.service.js';
import { BookingSyncService } from '../sync/booking-sync.service.js';
import { BookingPageService, type Refused } from './booking-page.service.js';
import { closedInWords } from './booking.view.js';
import { CancellationForm } from './cancellation.form.js';

const longestLookedFor = 200;

/** One booking: all that is known of it, and what becomes of it. */
@Controller('app/bookings/:id')
export class BookingController {
  constructor(
    private readonly page: BookingPageService,
    private readonly records: BookingRecordsService,
    private readonly bookings: BookingsService,
    private readonly sync: BookingSyncService,
  ) {}

  @Get()
  async show(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) id: string,
    @Query('candidate') candidate: unknown,
  ): Promise<Page> {
    const lookedFor = typeof candidate === 'string' ? candidate.replaceAll('\0', '').trim() : '';
    return (await this.page.show(actor, id, { lookedFor: lookedFor.slice(0, longestLookedFor) })) ?? notFound();
  }

  @Needs('scheduler')
  @Post('refresh')
  async refresh(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: string): Promise<Page | Redirect> {
    const { bookingId } = await this.find(actor, id);
    const read = (await this.sync.refresh(actor, bookingId)) ?? notFound();
    return read.ok
      ? back(id, { tone: 'good', strong: 'The booking is as Cal.com has it now.' })
      : this.again(actor, id, { errors: [{ field: 'refresh', message: describeBookingFailure(read.failure) }] });
  }

  @Needs('scheduler')
  @Post('cancellation')
  async cancel(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) id: string,
    @Body() body: unknown,
  ): Promise<Page | Redirect> {
    const booking = await this.find(actor, id);
    const read = readForm(CancellationForm, body);
    if (!read.ok) {
      return this.again(actor, id, { errors: read.errors, form: asText(read.form) });
    }
    if (!booking.isOpen()) {
      return back(id, { tone: 'info', strong: closedInWords(booking), text: 'Nothing was changed.' });
    }
    const cancelled = await this.bookings.cancel(actor, booking.bookingId, read.form.cancellation_reason);
    if (cancelled && !cancelled.ok) {
      const message = `It was not cancelled. ${describeBookingFailure(cancelled.failure)}`;
      return this.again(actor, id, { errors: [{ field: 'cancellation_reason', message }], form: read.form });
    }
    return back(id, { tone: 'good', strong: 'The booking is cancelled.', text: 'Cal.com tells the candidate.' });
  }

  private async find(actor: Actor, id: string): Promise<CalComBooking> {
    return (await this.records.findById(actor, id)) ?? notFound();
  }

  private async again(actor: Actor, id: string, refused: Refused): Promise<Page> {
    return (await this.page.show(actor, id, { refused })) ?? notFound();
  }
}

function asText(form: CancellationForm): { cancellation_reason: string } {
  return { cancellation_reason: String(form.cancellation_reason ?? '') };
}

function back(id: string, flash: Flash): Redirect {
  return new Redirect(`/app/bookings/${id}`, flash);
}

function notFound(): never {
  throw new NotFoundException();
}
