import { Body, Controller, Get, NotFoundException, Param, Post, Query } from '@nestjs/common';
import { Needs } from '../../../accounts/access.decorator.js';
import { CurrentActor } from '../../../accounts/current-actor.decorator.js';
import { OrgsService } from '../../../accounts/orgs.service.js';
import type { CalComBooking } from '../../../cal-com/cal-com-booking.entity.js';
import type { Actor } from '../../../shared/actor.js';
import { fullTime } from '../../../shared/zoned-time.js';
import type { Flash } from '../../../web/flash.js';
import { readForm, type FieldError } from '../../../web/forms.js';
import { IdPipe } from '../../../web/id.pipe.js';
import { Page } from '../../../web/page.js';
import { Redirect } from '../../../web/redirect.js';
import { EventTypeChoicesService, type ChosenEventType } from '../../event-type-choices.service.js';
import { isAsWished, type BookingWish } from '../booking-outcome.js';
import { BookingsService } from '../bookings.service.js';
import { firstDay, OfferedTimesService } from '../times/offered-times.service.js';
import { BookableCandidatesService, type BookableCandidate } from './bookable-candidates.service.js';
import { bookedInWords, unmadeInWords } from './booking-words.js';
import { NewBookingForm } from './new-booking.form.js';
import { newBookingView } from './new-booking.view.js';

interface Shown {
  readonly candidate: BookableCandidate;
  readonly eventType: ChosenEventType;
}

interface Typed {
  readonly from: unknown;
  readonly form: { readonly start: string; readonly on_existing: string };
  readonly errors: readonly FieldError[];
}

/** Books one of the times that are free now for a candidate. */
@Needs('scheduler')
@Controller('app/scheduling/candidates/:id/booking')
export class NewBookingController {
  constructor(
    private readonly candidates: BookableCandidatesService,
    private readonly choices: EventTypeChoicesService,
    private readonly times: OfferedTimesService,
    private readonly bookings: BookingsService,
    private readonly orgs: OrgsService,
  ) {}

  @Get()
  async show(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) id: string,
    @Query('event_type_id') eventType: unknown,
    @Query('from') from: unknown,
  ): Promise<Page | Redirect> {
    const shown = await this.find(actor, id, eventType);
    return shown instanceof Redirect
      ? shown
      : this.page(actor, shown, { from, form: { start: '', on_existing: '' }, errors: [] });
  }

  @Post()
  async book(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) id: string,
    @Body() body: unknown,
  ): Promise<Page | Redirect> {
    const { form, ...read } = readForm(NewBookingForm, body);
    const shown = await this.find(actor, id, form.event_type_id);
    if (shown instanceof Redirect) {
      return shown;
    }
    const [present] = shown.candidate.open;
    const errors = read.ok ? missing(form, present) : read.errors;
    if (errors.length > 0) {
      return this.again(actor, shown, form, errors);
    }
    const { timeZone } = await this.orgs.find(actor);
    if (present && form.on_existing === 'reuse') {
      const strong = `The interview stays on ${fullTime(present.startTime, timeZone)}.`;
      return new Redirect(`/app/bookings/${present.id}`, { tone: 'info', strong, text: 'Nothing was changed.' });
    }
    const wish = wishOf(shown, form);
    const outcome = await this.bookings.book(actor, shown.candidate.invitation, wish);
    if (!outcome.ok) {
      const message = `It was not booked. ${unmadeInWords(outcome)}`;
      return this.again(actor, shown, form, [{ field: 'start', message }]);
    }
    const { booking } = outcome;
    if (isAsWished(booking, wish)) {
      return new Redirect(`/app/bookings/${booking.id}`, bookedFlash(booking, timeZone));
    }
    const name = shown.candidate.invitation.name;
    const message = `Nothing was booked: ${name} ${bookedInWords(booking, timeZone, new Date())}. Say what becomes of that.`;
    return this.again(actor, shown, form, [{ field: 'on_existing', message }]);
  }

  /** As things stand now: somebody may have booked or declined meanwhile. */
  private async again(
    actor: Actor,
    { candidate, eventType }: Shown,
    form: NewBookingForm,
    errors: readonly FieldError[],
  ): Promise<Page | Redirect> {
    const shown = await this.find(actor, candidate.invitation.id, eventType.value);
    const typed = { start: String(form.start), on_existing: String(form.on_existing) };
    return shown instanceof Redirect ? shown : this.page(actor, shown, { from: form.from, form: typed, errors });
  }

  /** With the times that are free now: the one that was chosen may be gone. */
  private async page(actor: Actor, { candidate, eventType }: Shown, { from, form, errors }: Typed): Promise<Page> {
    const { timeZone } = await this.orgs.find(actor);
    const offered = await this.times.list(actor, eventType, firstDay(from, timeZone));
    const view = newBookingView({ candidate, eventType, offered, timeZone, form, errors, now: new Date() });
    return new Page('scheduling/bookings/new', view, errors.length > 0 ? 422 : 200);
  }

  private async find(actor: Actor, id: string, eventTypeValue: unknown): Promise<Shown | Redirect> {
    const [candidate] = (await this.candidates.list(actor, [id])) ?? notFound();
    const eventType = await this.choices.choose(actor, typeof eventTypeValue === 'string' ? eventTypeValue : '');
    const hindrance = candidate!.hindrance || (eventType ? '' : 'Choose an event type first');
    return eventType && !hindrance
      ? { candidate: candidate!, eventType }
      : new Redirect('/app/scheduling', { tone: 'warn', strong: `${hindrance}.`, text: 'Nothing was booked.' });
  }
}

/** What the form alone cannot tell: whether there is an interview to keep or to give up. */
function missing({ on_existing }: NewBookingForm, present: CalComBooking | undefined): FieldError[] {
  if (present) {
    return on_existing ? [] : [{ field: 'on_existing', message: 'Say what becomes of the interview there is.' }];
  }
  return on_existing === 'reuse'
    ? [{ field: 'start', message: 'There is no interview to keep any more. Choose a time.' }]
    : [];
}

function wishOf({ candidate, eventType }: Shown, form: NewBookingForm): BookingWish {
  return {
    eventTypeId: eventType.eventTypeId,
    lengthInMinutes: eventType.lengthInMinutes,
    start: new Date(form.start),
    timeZone: candidate.timeZone,
    onExisting: form.on_existing === 'replace' ? 'replace' : 'reuse',
    replaces: form.replaces.split(' '),
  };
}

function bookedFlash({ status, startTime }: CalComBooking, timeZone: string): Flash {
  const when = fullTime(startTime, timeZone);
  return status === 'pending'
    ? { tone: 'info', strong: `${when} waits for your yes.`, text: 'Cal.com tells the candidate when you give it.' }
    : { tone: 'good', strong: `The interview is on ${when}.`, text: 'Cal.com mails the candidate and the host.' };
}

function notFound(): never {
  throw new NotFoundException();
}
