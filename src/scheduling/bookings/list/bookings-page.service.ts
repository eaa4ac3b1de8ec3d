import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { OrgsService } from '../../../accounts/orgs.service.js';
import { CalComEventType } from '../../../cal-com/cal-com-event-type.entity.js';
import { AssessmentsService } from '../../../candidates/assessments.service.js';
import { actsAs, type Actor } from '../../../shared/actor.js';
import { Page } from '../../../web/page.js';
import { BookingAttachmentsService } from '../sync/booking-attachments.service.js';
import { BookingSyncService } from '../sync/booking-sync.service.js';
import type { BookingFilter, BookingTab } from './booking-filter.js';
import { BookingListService } from './booking-list.service.js';
import { bookingsView, type HeadInput } from './bookings.view.js';
import { unmatchedView } from './unmatched.view.js';

const bookingsOnAPage = 50;
const unmatchedOnAPage = 25;

/** Gathers what the lists of bookings show. Nothing is asked of Cal.com: what is shown is what it said last. */
@Injectable()
export class BookingsPageService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly list: BookingListService,
    private readonly sync: BookingSyncService,
    private readonly attachments: BookingAttachmentsService,
    private readonly assessments: AssessmentsService,
    private readonly orgs: OrgsService,
  ) {}

  async show(actor: Actor, tab: BookingTab, filter: BookingFilter, cursor: unknown): Promise<Page> {
    const [head, page, assessments, eventTypes] = await Promise.all([
      this.head(actor, filter),
      this.list.list(actor, tab, filter, { cursor, limit: bookingsOnAPage }),
      this.assessments.list(actor),
      this.dataSource.getRepository(CalComEventType).find({ where: { orgId: actor.orgId }, order: { title: 'ASC' } }),
    ]);
    const view = bookingsView({
      ...head,
      tab,
      page,
      assessments: assessments.map(({ assessment }) => assessment),
      eventTypes,
    });
    return new Page('scheduling/bookings/index', view);
  }

  /** The inbox of bookings that only a person can tie to a candidate, and those that were put aside. */
  async showUnmatched(actor: Actor, filter: BookingFilter): Promise<Page> {
    const [head, unmatched, setAside] = await Promise.all([
      this.head(actor, filter),
      this.sync.listUnmatched(actor),
      this.list.listSetAside(actor, unmatchedOnAPage),
    ]);
    const shown = unmatched.slice(0, unmatchedOnAPage).map(async (booking) => ({
      booking,
      suggestions: await this.attachments.suggestions(actor, booking),
    }));
    const view = unmatchedView({ ...head, unmatched: await Promise.all(shown), total: unmatched.length, setAside });
    return new Page('scheduling/bookings/unmatched', view);
  }

  private async head(actor: Actor, filter: BookingFilter): Promise<HeadInput> {
    const [counts, sync, org] = await Promise.all([
      this.list.count(actor, filter),
      this.sync.state(actor),
      this.orgs.find(actor),
    ]);
    return {
      filter,
      counts,
      sync,
      timeZone: org.timeZone,
      canAct: actsAs(actor, 'scheduler'),
      canConfigure: actsAs(actor, 'admin'),
      now: new Date(),
    };
  }
}
