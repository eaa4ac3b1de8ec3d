import { Body, Controller, Get, NotFoundException, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Needs } from '../../accounts/access.decorator.js';
import { CurrentActor } from '../../accounts/current-actor.decorator.js';
import { Reauthentication } from '../../accounts/reauthentication.service.js';
import { CalComConfigsService, type SavedConnection } from '../../cal-com/cal-com-configs.service.js';
import { CalComWebhooksService } from '../../cal-com/cal-com-webhooks.service.js';
import type { Actor } from '../../shared/actor.js';
import { type FieldError, readForm } from '../../web/forms.js';
import type { Page } from '../../web/page.js';
import { Redirect } from '../../web/redirect.js';
import { CalComConnectionForm } from './cal-com-connection.form.js';
import {
  CalComSettingsPage,
  disconnectionField,
  keyMissing,
  path,
  type Posted,
} from './cal-com-settings-page.service.js';
import { howNewsComes, registrationFlash } from './updates.view.js';

/** How long an admin waits to hear whether there is a webhook; after that the page tells once it is known. */
const webhookPatienceMs = 4_000;

@Needs('admin')
@Controller(path)
export class CalComSettingsController {
  constructor(
    private readonly configs: CalComConfigsService,
    private readonly webhooks: CalComWebhooksService,
    private readonly page: CalComSettingsPage,
    private readonly reauthentication: Reauthentication,
  ) {}

  @Get()
  show(@CurrentActor() actor: Actor, @Req() request: Request): Promise<Page> {
    return this.page.show(actor, request);
  }

  @Post()
  async save(@CurrentActor() actor: Actor, @Req() request: Request, @Body() body: unknown): Promise<Page | Redirect> {
    const { form, ...read } = readForm(CalComConnectionForm, body);
    const fault = await this.reauthentication.fault(request);
    if (fault) return this.page.show(actor, request, { apiUrl: form.apiUrl, errors: [fault, ...keyAgain(form)] });
    if (!read.ok) return this.page.show(actor, request, { apiUrl: form.apiUrl, errors: read.errors });
    const saved = await this.configs.save(actor, form);
    if (!saved.ok) return this.page.show(actor, request, { apiUrl: form.apiUrl, ...refusal(saved) });
    const name = saved.account.name ?? saved.account.email ?? 'your account';
    const news = howNewsComes(await this.webhooks.settled(actor, webhookPatienceMs));
    return new Redirect(path, {
      tone: 'good',
      strong: 'Saved.',
      text: `The connection works, signed in as ${name}. ${news}`,
    });
  }

  @Post('disconnection')
  async disconnect(@CurrentActor() actor: Actor, @Req() request: Request): Promise<Page | Redirect> {
    const fault = await this.reauthentication.fault(request, disconnectionField);
    if (fault) return this.page.show(actor, request, { errors: [fault] });
    if (!(await this.configs.disconnect(actor))) throw new NotFoundException();
    return new Redirect(path, {
      tone: 'good',
      strong: 'Disconnected.',
      text: 'The key is deleted here, and the webhook at Cal.com is being removed.',
    });
  }

  @Post('webhook')
  async registerWebhook(@CurrentActor() actor: Actor, @Req() request: Request): Promise<Page | Redirect> {
    if (!(await this.configs.connection(actor))) return this.page.show(actor, request, { errors: [keyMissing] });
    await this.webhooks.registerAgain(actor);
    const state = await this.webhooks.settled(actor, webhookPatienceMs);
    return new Redirect(path, state ? registrationFlash(state) : undefined);
  }

  @Post('leftover')
  async dismissLeftover(@CurrentActor() actor: Actor): Promise<Redirect> {
    await this.webhooks.dismissLeftover(actor);
    return new Redirect(path);
  }
}

/** A key is never shown again, not even to who typed it: an empty field would keep the old one unnoticed. */
function keyAgain({ apiKey }: CalComConnectionForm): readonly FieldError[] {
  return apiKey ? [{ field: 'apiKey', message: 'Enter the key again: this page does not keep it.' }] : [];
}

function refusal(saved: Exclude<SavedConnection, { ok: true }>): Posted {
  if ('failure' in saved) {
    return { trouble: { strong: 'Nothing was saved.', failure: saved.failure, retry: null } };
  }
  return { errors: [{ field: saved.field, message: saved.reason }] };
}
