import { Injectable, NotFoundException } from '@nestjs/common';
import { InvitationsService } from '../../candidates/invitations.service.js';
import type { Actor } from '../../shared/actor.js';
import type { FieldError } from '../../web/forms.js';
import { Page } from '../../web/page.js';
import { EventTypeChoicesService, type EventTypeChoice } from '../event-type-choices.service.js';
import { readCandidateFilter, type CandidateFilter } from './candidate-filter.js';
import { CandidateListService } from './candidate-list.service.js';
import { CandidatesPageService } from './candidates-page.service.js';
import { mostExceptions } from './exceptions.js';
import { FrozenSelectionsService } from './frozen-selections.service.js';
import { changesInWords, tooManyLeftOut } from './selection-changes.view.js';
import { readSelection, type SelectionForm } from './selection.js';

/** Whom a form is about; `selectionFields(form, ids)` carries them on to a question about them. */
export interface Whom {
  readonly filter: CandidateFilter;
  readonly form: SelectionForm;
  readonly ids: readonly string[];
  /** What changed since all that match were selected, in a sentence; '' where nothing did. */
  readonly since: string;
}

export interface Selected extends Whom {
  readonly choice: EventTypeChoice;
}

const lost: FieldError = {
  field: 'invitation_ids',
  message: 'This selection is not kept any more. Select again.',
};
const tooMany: FieldError = { field: 'invitation_ids', message: `${tooManyLeftOut} Narrow the filters instead.` };

/** What a form about ticked candidates stands for. */
@Injectable()
export class SelectionsService {
  constructor(
    private readonly page: CandidatesPageService,
    private readonly list: CandidateListService,
    private readonly frozen: FrozenSelectionsService,
    private readonly invitations: InvitationsService,
    private readonly choices: EventTypeChoicesService,
  ) {}

  /** Whom, and for which event type; else the page again with what was missing. At most so many, if told. */
  async read(actor: Actor, body: Readonly<Record<string, unknown>>, most = Infinity): Promise<Selected | Page> {
    const whom = await this.find(actor, body);
    const choice = await this.choices.read(actor, whom.form.eventType);
    const noChoice = choice ? [] : [{ field: 'event_type_id', message: 'Choose an event type.' }];
    const errors = [...faults(whom, most), ...noChoice];
    return choice && errors.length === 0 ? { ...whom, choice } : this.again(actor, whom, errors);
  }

  /** Whom alone, for what needs no event type. */
  async readWhom(actor: Actor, body: Readonly<Record<string, unknown>>, most = Infinity): Promise<Whom | Page> {
    const whom = await this.find(actor, body);
    const errors = faults(whom, most);
    return errors.length === 0 ? whom : this.again(actor, whom, errors);
  }

  private async find(actor: Actor, body: Readonly<Record<string, unknown>>): Promise<Whom> {
    const form = readSelection(body);
    if (!form) {
      throw new NotFoundException();
    }
    const filter = readCandidateFilter(body);
    if (!form.frozen) {
      const ids = form.matching ? await this.list.matchingIds(actor, filter) : await this.owned(actor, form);
      return { filter, form, ids, since: '' };
    }
    const ids = form.frozen === 'lost' ? null : await this.frozen.ids(actor, form.frozen);
    if (form.frozen === 'lost' || !ids) {
      return { filter, form: { ...form, frozen: 'lost' }, ids: [], since: '' };
    }
    return { filter, form, ids, since: changesInWords(await this.frozen.changes(actor, form.frozen, filter)) };
  }

  private again(actor: Actor, { filter, form, ids }: Whom, errors: readonly FieldError[]): Promise<Page> {
    const { frozen, eventType } = form;
    const picked = new Set(frozen ? [] : ids);
    return this.page.show(actor, { filter, cursor: null, select: null, frozen, picked, eventType }, errors);
  }

  private async owned(actor: Actor, form: SelectionForm): Promise<string[]> {
    const ids = await this.invitations.ownIds(actor, form.invitationIds);
    if (!ids) {
      throw new NotFoundException();
    }
    return ids;
  }
}

function faults({ form, ids }: Whom, most: number): FieldError[] {
  if (form.frozen === 'lost') {
    return [lost];
  }
  return [
    ...((form.frozen?.except.length ?? 0) > mostExceptions ? [tooMany] : []),
    ...(ids.length === 0 ? [{ field: 'invitation_ids', message: 'Select at least one candidate.' }] : []),
    ...(ids.length > most ? [{ field: 'invitation_ids', message: `Select at most ${most} candidates for this.` }] : []),
  ];
}
