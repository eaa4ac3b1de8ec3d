import { Injectable, NotFoundException } from '@nestjs/common';
import { InvitationsService } from '../../candidates/invitations.service.js';
import type { Actor } from '../../shared/actor.js';
import type { FieldError } from '../../web/forms.js';
import { Page } from '../../web/page.js';
import { EventTypeChoicesService, type EventTypeChoice } from '../event-type-choices.service.js';
import { readCandidateFilter, type CandidateFilter } from './candidate-filter.js';
import { CandidateListService } from './candidate-list.service.js';
import { CandidatesPageService } from './candidates-page.service.js';
import { readSelection, type SelectionForm } from './selection.js';

export interface Selected {
  readonly filter: CandidateFilter;
  readonly form: SelectionForm;
  readonly ids: readonly string[];
  readonly choice: EventTypeChoice;
}

/** What a form about ticked candidates stands for. */
@Injectable()
export class SelectionsService {
  constructor(
    private readonly page: CandidatesPageService,
    private readonly list: CandidateListService,
    private readonly invitations: InvitationsService,
    private readonly choices: EventTypeChoicesService,
  ) {}

  /** Whom, and for which event type; else the page again with what was missing. At most so many, if told. */
  async read(actor: Actor, body: Readonly<Record<string, unknown>>, most = Infinity): Promise<Selected | Page> {
    const form = readSelection(body);
    if (!form) {
      throw new NotFoundException();
    }
    const filter = readCandidateFilter(body);
    const ids = form.matching ? await this.list.matchingIds(actor, filter) : await this.owned(actor, form);
    const choice = await this.choices.read(actor, form.eventType);
    const errors: FieldError[] = [
      ...(ids.length === 0 ? [{ field: 'invitation_ids', message: 'Select at least one candidate.' }] : []),
      ...(ids.length > most
        ? [{ field: 'invitation_ids', message: `Select at most ${most} candidates for this.` }]
        : []),
      ...(choice ? [] : [{ field: 'event_type_id', message: 'Choose an event type.' }]),
    ];
    if (!choice || errors.length > 0) {
      return this.page.show(
        actor,
        {
          filter,
          cursor: null,
          select: form.matching ? 'matching' : null,
          picked: new Set(ids),
          eventType: form.eventType,
        },
        errors,
      );
    }
    return { filter, form, ids, choice };
  }

  private async owned(actor: Actor, form: SelectionForm): Promise<string[]> {
    const invitations = await this.invitations.findMany(actor, form.invitationIds);
    if (!invitations) {
      throw new NotFoundException();
    }
    return invitations.map((invitation) => invitation.id);
  }
}
