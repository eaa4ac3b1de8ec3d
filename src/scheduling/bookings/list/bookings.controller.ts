import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Needs } from '../../../accounts/access.decorator.js';
import { CurrentActor } from '../../../accounts/current-actor.decorator.js';
import { describeCalComFailure } from '../../../cal-com/cal-com-failure.js';
import type { Actor } from '../../../shared/actor.js';
import type { Flash } from '../../../web/flash.js';
import type { Page } from '../../../web/page.js';
import { Redirect } from '../../../web/redirect.js';
import { BookingSyncService } from '../sync/booking-sync.service.js';
import type { Reconciliation } from '../sync/booking-reconciler.service.js';
import { bookingsAddress, readBookingFilter } from './booking-filter.js';
import { BookingsPageService } from './bookings-page.service.js';

type Fields = Readonly<Record<string, unknown>>;

/** Every booking of the organization's candidates, and those that are nobody's yet. */
@Controller('app/bookings')
export class BookingsController {
  constructor(
    private readonly page: BookingsPageService,
    private readonly sync: BookingSyncService,
  ) {}

  @Get()
  list(@CurrentActor() actor: Actor, @Query() query: Fields): Promise<Page> {
    const filter = readBookingFilter(query);
    return filter.tab === 'unmatched'
      ? this.page.showUnmatched(actor, filter)
      : this.page.show(actor, filter.tab, filter, query['cursor']);
  }

  /** Asks Cal.com now; when it does not answer, the page keeps saying so. */
  @Needs('scheduler')
  @Post('refresh')
  async refresh(@CurrentActor() actor: Actor, @Body() body: Fields): Promise<Redirect> {
    const back = typeof body['back'] === 'string' ? (body['back'].split('?')[1] ?? '') : '';
    const filter = readBookingFilter(Object.fromEntries(new URLSearchParams(back)));
    return new Redirect(bookingsAddress(filter), inWords(await this.sync.reconcile(actor)));
  }
}

function inWords(reconciliation: Reconciliation): Flash {
  switch (reconciliation.kind) {
    case 'done':
      return { tone: 'good', strong: 'The bookings are as Cal.com has them now.' };
    case 'failed':
      return { tone: 'bad', strong: 'Cal.com could not be read.', text: describeCalComFailure(reconciliation.failure) };
    case 'not-configured':
      return { tone: 'warn', strong: 'Cal.com is not connected.', text: 'There is nothing to ask.' };
  }
}
