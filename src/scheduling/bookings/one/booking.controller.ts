import { Body, Controller, Get, NotFoundException, Param, Post, Query, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Needs } from '../../../accounts/access.decorator.js';
import { CurrentActor } from '../../../accounts/current-actor.decorator.js';
import type { CalComBooking } from '../../../cal-com/cal-com-booking.entity.js';
import type { Actor } from '../../../shared/actor.js';
import type { Flash } from '../../../web/flash.js';
import { readForm } from '../../../web/forms.js';
import { IdPipe } from '../../../web/id.pipe.js';
import type { Page } from '../../../web/page.js';
import { Redirect } from '../../../web/redirect.js';
import { describeBookingFailure, type BookingFailure } from '../booking-outcome.js';
import { BookingRecordsService } from '../booking-records.service.js';
import { BookingsService } from '../bookings.service.js';
import { BookingChangesService } from '../changes/booking-changes.service.js';
import { ReinvitationsService } from '../changes/reinvitations.service.js';
import { BookingSyncService } from '../sync/booking-sync.service.js';
import { BookingPageService, type Refused } from './booking-page.service.js';
import { closedInWords } from './booking.view.js';
import { CancellationForm } from './cancellation.form.js';
import { RejectionForm } from './rejection.form.js';

const longestLookedFor = 200;

/** One booking: all that is known of it, and what becomes of it. */
@Controller('app/bookings/:id')
export class BookingController {
  constructor(
    private readonly page: BookingPageService,
    private readonly records: BookingRecordsService,
    private readonly bookings: BookingsService,
    private readonly changes: BookingChangesService,
    private readonly reinvitations: ReinvitationsService,
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
      const message = failed('cancelled', cancelled.failure);
      return this.again(actor, id, { errors: [{ field: 'actions', message }], form: read.form });
    }
    const text = cancelled?.booking.missingSince
      ? 'Cal.com did not know it any more, so nobody was told.'
      : 'Cal.com tells the candidate.';
    return back(id, { tone: 'good', strong: 'The booking is cancelled.', text });
  }

  @Needs('scheduler')
  @Post('confirmation')
  async confirm(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: string): Promise<Page | Redirect> {
    const confirmed = (await this.changes.confirm(actor, id)) ?? notFound();
    const flash: Flash = { tone: 'good', strong: 'The booking is confirmed.', text: 'Cal.com tells the candidate.' };
    return confirmed.ok
      ? back(id, flash)
      : this.again(actor, id, { errors: [{ field: 'actions', message: failed('confirmed', confirmed.failure) }] });
  }

  @Needs('scheduler')
  @Post('rejection')
  async reject(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) id: string,
    @Body() body: unknown,
  ): Promise<Page | Redirect> {
    await this.find(actor, id);
    const read = readForm(RejectionForm, body);
    const form = { rejection_reason: String(read.form.rejection_reason ?? '') };
    if (!read.ok) {
      return this.again(actor, id, { errors: read.errors, form });
    }
    const rejected = (await this.changes.reject(actor, id, read.form.rejection_reason)) ?? notFound();
    if (!rejected.ok) {
      const field = rejected.failure.kind === 'rejected' ? 'actions' : 'rejection_reason';
      return this.again(actor, id, { errors: [{ field, message: failed('rejected', rejected.failure) }], form });
    }
    return back(id, { tone: 'good', strong: 'The booking is rejected.', text: 'Cal.com tells the candidate.' });
  }

  @Needs('scheduler')
  @Post('no-show')
  async markNoShow(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: string): Promise<Page | Redirect> {
    const marked = (await this.changes.markNoShow(actor, id)) ?? notFound();
    const flash: Flash = { tone: 'good', strong: 'Marked as a no-show.', text: 'Cal.com mails nobody about it.' };
    return marked.ok
      ? back(id, flash)
      : this.again(actor, id, { errors: [{ field: 'actions', message: failed('marked', marked.failure) }] });
  }

  /** Leads to a draft: nothing leaves before somebody has looked at it. */
  @Needs('scheduler')
  @Post('invitation')
  async invite(
    @CurrentActor() actor: Actor,
    @Req() request: Request,
    @Param('id', IdPipe) id: string,
  ): Promise<Page | Redirect> {
    const invited = await this.reinvitations.invite(actor, await this.find(actor, id), request.person?.email ?? null);
    return invited.ok
      ? new Redirect(`/app/sends/${invited.sendId}`)
      : this.again(actor, id, { errors: [{ field: 'actions', message: invited.reason }] });
  }

  private async find(actor: Actor, id: string): Promise<CalComBooking> {
    return (await this.records.findById(actor, id)) ?? notFound();
  }

  private async again(actor: Actor, id: string, refused: Refused): Promise<Page> {
    return (await this.page.show(actor, id, { refused })) ?? notFound();
  }
}

function failed(done: string, failure: BookingFailure): string {
  return `It was not ${done}. ${describeBookingFailure(failure)}`;
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
