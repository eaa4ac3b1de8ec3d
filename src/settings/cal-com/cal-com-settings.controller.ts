import { Body, Controller, Get, NotFoundException, Post } from '@nestjs/common';
import { Needs } from '../../accounts/access.decorator.js';
import { CurrentActor } from '../../accounts/current-actor.decorator.js';
import { OrgsService } from '../../accounts/orgs.service.js';
import { CalComConfigsService, type SavedConnection } from '../../cal-com/cal-com-configs.service.js';
import { CalComEventTypesService } from '../../cal-com/cal-com-event-types.service.js';
import { type CalComFailure, describeCalComFailure } from '../../cal-com/cal-com-failure.js';
import type { Actor } from '../../shared/actor.js';
import { relativeTime } from '../../shared/zoned-time.js';
import { type FieldError, formErrors, readForm } from '../../web/forms.js';
import { Page } from '../../web/page.js';
import { Redirect } from '../../web/redirect.js';
import { CalComConnectionForm } from './cal-com-connection.form.js';
import { connectionView } from './connection.view.js';
import { eventTypeView } from './event-type.view.js';

const path = '/app/settings/cal-com';

/** What went wrong between us and Cal.com; `retry` is the post that tries it again. */
interface Trouble {
  readonly strong: string;
  readonly failure: CalComFailure;
  readonly retry: 'test' | 'event-types' | null;
}

/** A post that did not succeed. */
interface Posted {
  readonly apiUrl?: string;
  readonly errors?: readonly FieldError[];
  readonly trouble?: Trouble;
}

@Needs('admin')
@Controller(path)
export class CalComSettingsController {
  constructor(
    private readonly configs: CalComConfigsService,
    private readonly eventTypes: CalComEventTypesService,
    private readonly orgs: OrgsService,
  ) {}

  @Get()
  show(@CurrentActor() actor: Actor): Promise<Page> {
    return this.page(actor);
  }

  @Post()
  async save(@CurrentActor() actor: Actor, @Body() body: unknown): Promise<Page | Redirect> {
    const { form, ...read } = readForm(CalComConnectionForm, body);
    if (!read.ok) return this.page(actor, { apiUrl: form.apiUrl, errors: read.errors });
    const saved = await this.configs.save(actor, form);
    if (!saved.ok) return this.page(actor, { apiUrl: form.apiUrl, ...refusal(saved) });
    const name = saved.account.name ?? saved.account.email ?? 'your account';
    return new Redirect(path, { tone: 'good', strong: 'Saved.', text: `The connection works, signed in as ${name}.` });
  }

  @Post('test')
  async test(@CurrentActor() actor: Actor): Promise<Page | Redirect> {
    const startedAtMs = Date.now();
    const tested = await this.configs.test(actor);
    if (!tested) return this.page(actor, { errors: [keyMissing] });
    if (!tested.ok) {
      const trouble: Trouble = { strong: 'The connection does not work.', failure: tested.failure, retry: 'test' };
      return this.page(actor, { trouble });
    }
    const seconds = ((Date.now() - startedAtMs) / 1000).toFixed(1);
    const name = tested.value.name ?? tested.value.email ?? 'your account';
    return new Redirect(path, {
      tone: 'good',
      strong: 'The connection works.',
      text: `Signed in as ${name}. Cal.com answered in ${seconds} s.`,
    });
  }

  @Post('event-types')
  async readEventTypes(@CurrentActor() actor: Actor): Promise<Page | Redirect> {
    const read = await this.eventTypes.refresh(actor);
    if (!read) return this.page(actor, { errors: [keyMissing] });
    if (!read.ok) return this.page(actor, { trouble: notRead(read.failure) });
    const count = read.value.length === 1 ? 'one event type' : `${read.value.length} event types`;
    return new Redirect(path, { tone: 'good', strong: 'Read again.', text: `Cal.com has ${count}.` });
  }

  @Post('default-event-type')
  async chooseDefaultEventType(@CurrentActor() actor: Actor, @Body('eventTypeId') id: unknown): Promise<Redirect> {
    const eventTypeId = typeof id === 'string' && /^\d{1,15}$/.test(id) ? Number(id) : null;
    if (eventTypeId === null || !(await this.eventTypes.chooseDefault(actor, eventTypeId))) {
      throw new NotFoundException();
    }
    const chosen = await this.eventTypes.find(actor, eventTypeId);
    return new Redirect(path, { tone: 'good', strong: 'Saved.', text: `${chosen?.title} is the default now.` });
  }

  private async page(actor: Actor, posted: Posted | null = null): Promise<Page> {
    const setup = await this.configs.setup(actor);
    const known = posted ? await this.eventTypes.stored(actor) : await this.eventTypes.list(actor);
    const { timeZone } = await this.orgs.find(actor);
    const trouble = posted?.trouble ?? (known.failure && notRead(known.failure));
    return new Page(
      'settings/cal-com/cal-com',
      {
        title: 'Cal.com settings',
        connection: connectionView(setup),
        apiUrl: posted?.apiUrl ?? setup.apiUrl,
        errors: formErrors(['apiKey', 'apiUrl'], posted?.errors),
        trouble: trouble && { ...trouble, text: describeCalComFailure(trouble.failure) },
        eventTypes: known.eventTypes.map((eventType) => eventTypeView(eventType, known.defaultEventTypeId)),
        readAt: known.fetchedAt && relativeTime(known.fetchedAt, timeZone),
        defaultIsGone: known.fetchedAt !== null && isGone(known),
      },
      posted ? 422 : 200,
    );
  }
}

const keyMissing: FieldError = { field: 'apiKey', message: 'Save an API key first.' };

function notRead(failure: CalComFailure): Trouble {
  return { strong: 'The event types could not be read.', failure, retry: 'event-types' };
}

function refusal(saved: Exclude<SavedConnection, { ok: true }>): Posted {
  if ('failure' in saved) {
    return { trouble: { strong: 'Nothing was saved.', failure: saved.failure, retry: null } };
  }
  return { errors: [{ field: saved.field, message: saved.reason }] };
}

function isGone(known: { defaultEventTypeId: number | null; eventTypes: readonly { eventTypeId: number }[] }): boolean {
  const { defaultEventTypeId, eventTypes } = known;
  return defaultEventTypeId !== null && !eventTypes.some(({ eventTypeId }) => eventTypeId === defaultEventTypeId);
}
