import { Body, Controller, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Needs } from '../../accounts/access.decorator.js';
import { CurrentActor } from '../../accounts/current-actor.decorator.js';
import { OrgsService } from '../../accounts/orgs.service.js';
import type { Actor } from '../../shared/actor.js';
import { readForm } from '../../web/forms.js';
import type { Page } from '../../web/page.js';
import { Redirect } from '../../web/redirect.js';
import { CalComSettingsPage, path } from './cal-com-settings-page.service.js';
import { LinkLifeForm } from './link-life.form.js';

/** How long a candidate's booking link works. */
@Needs('admin')
@Controller(`${path}/link-life`)
export class LinkLifeController {
  constructor(
    private readonly orgs: OrgsService,
    private readonly page: CalComSettingsPage,
  ) {}

  @Post()
  async save(@CurrentActor() actor: Actor, @Req() request: Request, @Body() body: unknown): Promise<Page | Redirect> {
    const { form, ...read } = readForm(LinkLifeForm, body);
    if (!read.ok) return this.page.show(actor, request, { bookingLinkDays: form.bookingLinkDays, errors: read.errors });
    await this.orgs.changeLinkDays(actor, Number(form.bookingLinkDays));
    return new Redirect(path, { tone: 'good', strong: 'Saved.', text: 'Links that exist already keep their end.' });
  }
}
