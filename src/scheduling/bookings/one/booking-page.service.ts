import { Injectable } from '@nestjs/common';
import { OrgsService } from '../../../accounts/orgs.service.js';
import { actsAs, type Actor } from '../../../shared/actor.js';
import type { FieldError } from '../../../web/forms.js';
import { Page } from '../../../web/page.js';
import { BookingAttachmentsService } from '../sync/booking-attachments.service.js';
import { BookingSyncService } from '../sync/booking-sync.service.js';
import { BookingDetailsService } from './booking-details.service.js';
import { bookingView, type BookingFields } from './booking.view.js';

/** What came back from a form that was not accepted. */
export interface Refused {
  readonly errors: readonly FieldError[];
  readonly form?: Partial<BookingFields>;
}

const accepted: Refused = { errors: [] };

/** Gathers what the page of one booking shows, as it is asked for or as a form comes back. */
@Injectable()
export class BookingPageService {
  constructor(
    private readonly details: BookingDetailsService,
    private readonly attachments: BookingAttachmentsService,
    private readonly sync: BookingSyncService,
    private readonly orgs: OrgsService,
  ) {}

  /** `null`: the organization has no such booking. */
  async show(actor: Actor, id: string, { refused = accepted, lookedFor = '' } = {}): Promise<Page | null> {
    const [details, sync, org] = await Promise.all([
      this.details.find(actor, id),
      this.sync.state(actor),
      this.orgs.find(actor),
    ]);
    if (!details) {
      return null;
    }
    const isUndecided = details.booking.isUnmatched();
    const view = bookingView({
      details,
      whose: {
        q: lookedFor,
        suggestions: isUndecided ? await this.attachments.suggestions(actor, details.booking) : [],
        found: isUndecided && lookedFor ? await this.details.lookFor(actor, lookedFor) : [],
      },
      sync,
      timeZone: org.timeZone,
      canAct: actsAs(actor, 'scheduler'),
      errors: refused.errors,
      form: refused.form ?? {},
      now: new Date(),
    });
    return new Page('scheduling/bookings/show', view, refused.errors.length > 0 ? 422 : 200);
  }
}
