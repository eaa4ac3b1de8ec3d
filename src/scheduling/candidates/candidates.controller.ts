import { Body, Controller, Get, HttpStatus, NotFoundException, Post, Query, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Needs } from '../../accounts/access.decorator.js';
import { CurrentActor } from '../../accounts/current-actor.decorator.js';
import { InvitationsService } from '../../candidates/invitations.service.js';
import type { Actor } from '../../shared/actor.js';
import { formErrors, type FieldError } from '../../web/forms.js';
import { Page } from '../../web/page.js';
import { Redirect } from '../../web/redirect.js';
import { EventTypeChoicesService, type EventTypeChoice } from '../event-type-choices.service.js';
import { BookingLinksService } from '../links/booking-links.service.js';
import { SendDraftsService } from '../sends/send-drafts.service.js';
import { plural } from '../plural.js';
import { filterQuery, readCandidateFilter, type CandidateFilter } from './candidate-filter.js';
import { CandidateListService } from './candidate-list.service.js';
import { CandidatesPageService } from './candidates-page.service.js';
import { filterFields, type ReplacementView } from './candidates.view.js';
import { keepTicks, readSelection, takeTicks, type SelectionForm } from './selection.js';

const mustConfirm: FieldError = { field: 'confirm_replace', message: 'Tick the box to replace the links.' };

type Fields = Readonly<Record<string, unknown>>;

interface Selected {
  readonly filter: CandidateFilter;
  readonly form: SelectionForm;
  readonly ids: readonly string[];
  readonly choice: EventTypeChoice;
}

/** The main page: pick candidates, make their links, begin a send. */
@Controller('app/scheduling')
export class CandidatesController {
  constructor(
    private readonly page: CandidatesPageService,
    private readonly list: CandidateListService,
    private readonly invitations: InvitationsService,
    private readonly choices: EventTypeChoicesService,
    private readonly links: BookingLinksService,
    private readonly drafts: SendDraftsService,
  ) {}

  @Get()
  async show(@CurrentActor() actor: Actor, @Req() request: Request, @Query() query: Fields): Promise<Page> {
    return this.page.show(actor, {
      filter: readCandidateFilter(query),
      cursor: typeof query['cursor'] === 'string' ? query['cursor'] : null,
      select: query['select'] === 'page' || query['select'] === 'matching' ? query['select'] : null,
      picked: takeTicks(request),
      eventType: typeof query['event_type_id'] === 'string' ? query['event_type_id'] : '',
    });
  }

  @Needs('scheduler')
  @Post('booking-links')
  async makeLinks(
    @CurrentActor() actor: Actor,
    @Req() request: Request,
    @Body() body: Fields,
  ): Promise<Page | Redirect> {
    const selected = await this.selected(actor, body);
    if (selected instanceof Page) {
      return selected;
    }
    const { form, ids, choice, filter } = selected;
    if (form.replace && !form.replaceConfirmed) {
      const open = await this.links.countOpen(actor, ids, choice.eventTypeId);
      if (open > 0) {
        return this.confirmReplacement(selected, open);
      }
    }
    const made = await this.links.generate(actor, ids, { ...choice, onExisting: form.replace ? 'replace' : 'reuse' });
    const fresh = made.filter((link) => link.status === 'linked').length;
    keepTicks(request, form.matching ? [] : ids);
    const kept = { select: form.matching ? 'matching' : null, event_type_id: form.eventType };
    const back = `/app/scheduling${filterQuery(filter, kept)}`;
    return new Redirect(back, {
      tone: 'good',
      strong: `${plural(made.length, 'booking link')} ${made.length === 1 ? 'is' : 'are'} ready`,
      text: `for ${await this.choices.describe(actor, choice)}: ${fresh} new, ${made.length - fresh} already there. Nothing has been sent yet: preview the mail, then send.`,
    });
  }

  @Needs('scheduler')
  @Post('sends')
  async beginSend(
    @CurrentActor() actor: Actor,
    @Req() request: Request,
    @Body() body: Fields,
  ): Promise<Page | Redirect> {
    const selected = await this.selected(actor, body);
    if (selected instanceof Page) {
      return selected;
    }
    const send = await this.drafts.draft(actor, selected.ids, {
      ...selected.choice,
      replyTo: request.person?.email ?? null,
    });
    return new Redirect(`/app/sends/${send.id}`);
  }

  /** What both forms need: whom, and for which event type; else the page again with what was missing. */
  private async selected(actor: Actor, body: Fields): Promise<Selected | Page> {
    const form = readSelection(body);
    if (!form) {
      throw new NotFoundException();
    }
    const filter = readCandidateFilter(body);
    const ids = form.matching ? await this.list.matchingIds(actor, filter) : await this.owned(actor, form);
    const choice = await this.choices.read(actor, form.eventType);
    const errors: FieldError[] = [
      ...(ids.length === 0 ? [{ field: 'invitation_ids', message: 'Select at least one candidate.' }] : []),
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

  private confirmReplacement({ filter, form, ids }: Selected, open: number): Page {
    const view: ReplacementView = {
      title: 'Replace booking links?',
      back: { href: `/app/scheduling${filterQuery(filter)}`, label: 'Scheduling' },
      errors: formErrors(['confirm_replace'], form.replacementAsked ? [mustConfirm] : []),
      text: `${plural(open, 'candidate')} of the ${ids.length} selected ${open === 1 ? 'has' : 'have'} an open link.`,
      confirmLabel: `Replace ${plural(open, 'link')}`,
      fields: [
        ...filterFields(filter),
        ...(form.matching
          ? [{ name: 'select', value: 'matching' }]
          : ids.map((id) => ({ name: 'invitation_ids[]', value: id }))),
        { name: 'event_type_id', value: form.eventType },
        { name: 'on_existing', value: 'replace' },
        { name: 'asked', value: 'yes' },
      ],
    };
    return new Page('scheduling/candidates/replacement', view, HttpStatus.UNPROCESSABLE_ENTITY);
  }
}
