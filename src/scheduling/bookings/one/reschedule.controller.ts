import { Body, Controller, Get, NotFoundException, Param, Post, Query } from '@nestjs/common';
import { Needs } from '../../../accounts/access.decorator.js';
import { CurrentActor } from '../../../accounts/current-actor.decorator.js';
import { OrgsService } from '../../../accounts/orgs.service.js';
import type { Actor } from '../../../shared/actor.js';
import { fullTime } from '../../../shared/zoned-time.js';
import { readForm, type FieldError } from '../../../web/forms.js';
import { IdPipe } from '../../../web/id.pipe.js';
import { Page } from '../../../web/page.js';
import { Redirect } from '../../../web/redirect.js';
import { describeBookingFailure } from '../booking-outcome.js';
import { BookingChangesService } from '../changes/booking-changes.service.js';
import { BookingDetailsService, type BookingDetails } from './booking-details.service.js';
import { closedInWords } from './booking.view.js';
import { RescheduleForm } from './reschedule.form.js';
import { RescheduleTimesService } from './reschedule-times.service.js';
import { defaultRescheduleReason, rescheduleView } from './reschedule.view.js';

interface Typed {
  readonly start: string;
  readonly reschedule_reason: string;
}

const untouched: Typed = { start: '', reschedule_reason: defaultRescheduleReason };

/** Moves a booking to one of the times that are free now. */
@Needs('scheduler')
@Controller('app/bookings/:id/reschedule')
export class RescheduleController {
  constructor(
    private readonly details: BookingDetailsService,
    private readonly times: RescheduleTimesService,
    private readonly changes: BookingChangesService,
    private readonly orgs: OrgsService,
  ) {}

  @Get()
  async show(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) id: string,
    @Query('from') from: unknown,
  ): Promise<Page | Redirect> {
    const details = await this.find(actor, id);
    if (!details.booking.isOpen() || details.booking.endTime <= new Date()) {
      const strong = closedInWords(details.booking) || 'This interview is over.';
      return new Redirect(`/app/bookings/${id}`, { tone: 'info', strong, text: 'It cannot be moved.' });
    }
    return this.page(actor, details, { from, form: untouched, errors: [] });
  }

  @Post()
  async reschedule(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) id: string,
    @Body() body: unknown,
  ): Promise<Page | Redirect> {
    const details = await this.find(actor, id);
    const read = readForm(RescheduleForm, body);
    const form = { start: String(read.form.start), reschedule_reason: String(read.form.reschedule_reason) };
    const { from } = read.form;
    if (!read.ok) {
      return this.page(actor, details, { from, form, errors: read.errors });
    }
    const to = { start: new Date(form.start), reason: form.reschedule_reason };
    const moved = (await this.changes.reschedule(actor, id, to)) ?? notFound();
    if (!moved.ok) {
      const message = `It was not moved. ${describeBookingFailure(moved.failure)}`;
      return this.page(actor, await this.find(actor, id), { from, form, errors: [{ field: 'start', message }] });
    }
    const { timeZone } = await this.orgs.find(actor);
    return new Redirect(`/app/bookings/${moved.booking.id}`, {
      tone: 'good',
      strong: `The interview is on ${fullTime(moved.booking.startTime, timeZone)} now.`,
      text: 'Cal.com tells the candidate.',
    });
  }

  /** With the times that are free now: the one that was chosen may be gone. */
  private async page(
    actor: Actor,
    details: BookingDetails,
    { from, form, errors }: { from: unknown; form: Typed; errors: readonly FieldError[] },
  ): Promise<Page> {
    const { timeZone } = await this.orgs.find(actor);
    const offered = await this.times.list(actor, details.booking, from, timeZone);
    const view = rescheduleView({ details, offered, timeZone, errors, form, now: new Date() });
    return new Page('scheduling/bookings/reschedule', view, errors.length > 0 ? 422 : 200);
  }

  private async find(actor: Actor, id: string): Promise<BookingDetails> {
    return (await this.details.find(actor, id)) ?? notFound();
  }
}

function notFound(): never {
  throw new NotFoundException();
}
