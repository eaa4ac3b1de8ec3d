import { Body, Controller, Get, NotFoundException, Param, Post } from '@nestjs/common';
import { Needs } from '../../accounts/access.decorator.js';
import { CurrentActor } from '../../accounts/current-actor.decorator.js';
import { OrgsService } from '../../accounts/orgs.service.js';
import { SuppressionsService } from '../../email/suppressions.service.js';
import type { Actor } from '../../shared/actor.js';
import { type FieldError, formErrors, readForm } from '../../web/forms.js';
import { IdPipe } from '../../web/id.pipe.js';
import { Page } from '../../web/page.js';
import { Redirect } from '../../web/redirect.js';
import { LiftForm } from './lift.form.js';
import { liftedFlash, suppressionView } from './suppression.view.js';

/** One address that gets no mail, and letting it have mail again. */
@Needs('admin')
@Controller('/app/settings/email/suppressions/:id')
export class SuppressionsController {
  constructor(
    private readonly suppressions: SuppressionsService,
    private readonly orgs: OrgsService,
  ) {}

  @Get()
  show(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: string): Promise<Page> {
    return this.page(actor, id, '');
  }

  @Post('lifting')
  async lift(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) id: string,
    @Body() body: unknown,
  ): Promise<Page | Redirect> {
    const { form, ...read } = readForm(LiftForm, body);
    if (!read.ok) return this.page(actor, id, form.reason, read.errors);
    const lifted = await this.suppressions.lift(actor, id, form.reason.trim());
    const found = await this.suppressions.find(actor, id);
    if (!found) throw new NotFoundException();
    return new Redirect('/app/settings/email', liftedFlash(found, lifted));
  }

  private async page(actor: Actor, id: string, reason: string, errors?: readonly FieldError[]): Promise<Page> {
    const found = await this.suppressions.find(actor, id);
    if (!found) throw new NotFoundException();
    const { timeZone } = await this.orgs.find(actor);
    return new Page(
      'settings/email/suppression',
      {
        title: found.suppression.address,
        back: { href: '/app/settings/email#suppressions', label: 'Mail settings' },
        ...suppressionView(found, timeZone),
        reason: typeof reason === 'string' ? reason : '',
        errors: formErrors(['reason'], errors),
      },
      errors ? 422 : 200,
    );
  }
}
