import { Injectable, NotFoundException } from '@nestjs/common';
import { OrgsService } from '../../../accounts/orgs.service.js';
import type { Actor } from '../../../shared/actor.js';
import type { FieldError } from '../../../web/forms.js';
import { Page } from '../../../web/page.js';
import type { ChosenEventType } from '../../event-type-choices.service.js';
import { BookableCandidatesService } from '../new/bookable-candidates.service.js';
import { firstDay } from '../times/offered-times.service.js';
import type { AssignmentCheckForm } from './assignment-check.form.js';
import { assignmentCheckView } from './assignment-check.view.js';
import { TimeProposalsService } from './time-proposals.service.js';

export interface ToAssign {
  readonly ids: readonly string[];
  readonly eventType: ChosenEventType;
}

/** What came back from the table; without it everybody is ticked. */
export interface CheckedBefore {
  readonly form?: AssignmentCheckForm;
  readonly errors?: readonly FieldError[];
  readonly status?: number;
}

/** Gathers the table to check: always with the times that are free now. */
@Injectable()
export class AssignmentCheckPageService {
  constructor(
    private readonly candidates: BookableCandidatesService,
    private readonly proposals: TimeProposalsService,
    private readonly orgs: OrgsService,
  ) {}

  /** Asked by a form, it answers 422: nothing has been done yet. */
  async show(
    actor: Actor,
    { ids, eventType }: ToAssign,
    { form, errors = [], status = 422 }: CheckedBefore = {},
  ): Promise<Page> {
    const candidates = await this.candidates.list(actor, ids);
    if (!candidates) {
      throw new NotFoundException();
    }
    const { timeZone } = await this.orgs.find(actor);
    const onExisting = form?.onExisting ?? 'reuse';
    const notBefore = firstDay(form?.notBefore, timeZone);
    const proposals = await this.proposals.propose(actor, candidates, eventType, { notBefore, onExisting });
    const picked = new Set(form?.picked.map(({ invitationId }) => invitationId));
    const view = assignmentCheckView({
      proposals,
      eventType,
      notBefore: form?.notBefore || notBefore.toISODate()!,
      onExisting,
      leftOut: new Set([...(form?.offered ?? [])].filter((id) => !picked.has(id))),
      errors,
      timeZone,
      now: new Date(),
    });
    return new Page('scheduling/bookings/assignment-check', view, status);
  }
}
