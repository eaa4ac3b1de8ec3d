import { Body, Controller, Get, HttpStatus, Post, Query, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Needs } from '../../accounts/access.decorator.js';
import { CurrentActor } from '../../accounts/current-actor.decorator.js';
import type { Actor } from '../../shared/actor.js';
import { formErrors, type FieldError } from '../../web/forms.js';
import { Page } from '../../web/page.js';
import { Redirect } from '../../web/redirect.js';
import { EventTypeChoicesService } from '../event-type-choices.service.js';
import { BookingLinksService } from '../links/booking-links.service.js';
import { SendDraftsService } from '../sends/send-drafts.service.js';
import { plural } from '../plural.js';
import { filterQuery, readCandidateFilter } from './candidate-filter.js';
import { placeOfForm } from './candidate-place.js';
import { CandidatesPageService } from './candidates-page.service.js';
import { filterFields } from './filters.view.js';
import { frozenWords, keepTicks, readFrozen, selectionFields, takeTicks } from './selection.js';
import type { ReplacementView } from './selection.view.js';
import { SelectionsService, type Selected } from './selections.service.js';

const mustConfirm: FieldError = { field: 'confirm_replace', message: 'Tick the box to replace the links.' };

type Fields = Readonly<Record<string, unknown>>;

/** The main page: pick candidates, make their links, begin a send. */
@Controller('app/scheduling')
export class CandidatesController {
  constructor(
    private readonly page: CandidatesPageService,
    private readonly selections: SelectionsService,
    private readonly choices: EventTypeChoicesService,
    private readonly links: BookingLinksService,
    private readonly drafts: SendDraftsService,
  ) {}

  @Get()
  async show(@CurrentActor() actor: Actor, @Req() request: Request, @Query() query: Fields): Promise<Page> {
    return this.page.show(actor, {
      filter: readCandidateFilter(query),
      cursor: typeof query['cursor'] === 'string' ? query['cursor'] : null,
      select: query['select'] === 'page' ? 'page' : null,
      frozen: readFrozen(query),
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
    const selected = await this.selections.read(actor, body);
    if (selected instanceof Page) {
      return selected;
    }
    const { form, ids, choice, filter, since } = selected;
    if (form.replace && !form.replaceConfirmed) {
      const open = await this.links.countOpen(actor, ids, choice.eventTypeId);
      if (open > 0) {
        return this.confirmReplacement(selected, open);
      }
    }
    const made = await this.links.generate(actor, ids, { ...choice, onExisting: form.replace ? 'replace' : 'reuse' });
    const fresh = made.filter((link) => link.status === 'linked').length;
    const place = placeOfForm(body);
    const frozen = form.frozen && form.frozen !== 'lost' ? frozenWords(form.frozen) : null;
    if (!place) {
      keepTicks(request, frozen || form.matching ? [] : ids);
    }
    const kept = { ...frozen, event_type_id: form.eventType };
    return new Redirect(place ?? `/app/scheduling${filterQuery(filter, kept)}`, {
      tone: 'good',
      strong: `${plural(made.length, 'booking link')} ${made.length === 1 ? 'is' : 'are'} ready`,
      text: `for ${await this.choices.describe(actor, choice)}: ${fresh} new, ${made.length - fresh} already there. Nothing has been sent yet: preview the mail, then send. ${since}`.trim(),
    });
  }

  @Needs('scheduler')
  @Post('sends')
  async beginSend(
    @CurrentActor() actor: Actor,
    @Req() request: Request,
    @Body() body: Fields,
  ): Promise<Page | Redirect> {
    const selected = await this.selections.read(actor, body);
    if (selected instanceof Page) {
      return selected;
    }
    const send = await this.drafts.draft(actor, selected.ids, {
      ...selected.choice,
      replyTo: request.person?.email ?? null,
    });
    const { since } = selected;
    const changed = { tone: 'info', strong: 'The list has changed.', text: since } as const;
    return new Redirect(`/app/sends/${send.id}`, since ? changed : undefined);
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
        ...selectionFields(form, ids),
        { name: 'event_type_id', value: form.eventType },
        { name: 'on_existing', value: 'replace' },
        { name: 'asked', value: 'yes' },
      ],
    };
    return new Page('scheduling/candidates/replacement', view, HttpStatus.UNPROCESSABLE_ENTITY);
  }
}
