import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Needs } from '../../accounts/access.decorator.js';
import { CurrentActor } from '../../accounts/current-actor.decorator.js';
import { OrgsService } from '../../accounts/orgs.service.js';
import { CappedEmailsService } from '../../email/capped-emails.service.js';
import { mailFrom } from '../../email/mail-from.js';
import { MailSetupService } from '../../email/mail-setup.service.js';
import { SuppressionsService } from '../../email/suppressions.service.js';
import type { Actor } from '../../shared/actor.js';
import { type FieldError, formErrors, readForm } from '../../web/forms.js';
import { Page } from '../../web/page.js';
import { Redirect } from '../../web/redirect.js';
import { mailRuleFields, MailRulesForm } from './mail-rules.form.js';
import { mailRulesView } from './mail-rules.view.js';
import { MailSettingsService } from './mail-settings.service.js';
import { mailSetupView } from './mail-setup.view.js';
import { readSuppressionFilter, suppressionsPerPage, suppressionsView } from './suppressions.view.js';

const path = '/app/settings/email';

@Needs('admin')
@Controller(path)
export class MailSettingsController {
  constructor(
    private readonly settings: MailSettingsService,
    private readonly setup: MailSetupService,
    private readonly cappedEmails: CappedEmailsService,
    private readonly suppressions: SuppressionsService,
    private readonly orgs: OrgsService,
  ) {}

  @Get()
  async show(@CurrentActor() actor: Actor, @Query() query: Record<string, unknown>): Promise<Page> {
    return this.page(actor, query, MailRulesForm.of(await this.orgs.find(actor)));
  }

  @Post()
  async save(@CurrentActor() actor: Actor, @Body() body: unknown): Promise<Page | Redirect> {
    const { form, ...read } = readForm(MailRulesForm, body);
    if (!read.ok) return this.page(actor, {}, form, read.errors);
    const released = await this.settings.save(actor, form.rules);
    const text = released > 0 ? `${mails(released)} held back by the old limit now may go out.` : '';
    return new Redirect(path, { tone: 'good', strong: 'Saved.', text });
  }

  private async page(
    actor: Actor,
    query: Record<string, unknown>,
    form: MailRulesForm,
    errors?: readonly FieldError[],
  ): Promise<Page> {
    const filter = readSuppressionFilter(query);
    const [{ timeZone, mailSenderName }, setup, health, waiting, listed, counts] = await Promise.all([
      this.orgs.find(actor),
      this.setup.read(),
      this.setup.health(),
      this.cappedEmails.count(actor),
      this.suppressions.list(actor, { ...filter, limit: suppressionsPerPage }),
      this.suppressions.count(actor, filter.search),
    ]);
    return new Page(
      'settings/email/email',
      {
        title: 'Mail settings',
        setup: mailSetupView({ ...setup, from: mailFrom(setup.from, mailSenderName) }, health, timeZone),
        rules: mailRulesView(form, timeZone, waiting),
        suppressions: suppressionsView(filter, listed, counts, timeZone),
        errors: formErrors(mailRuleFields, errors),
      },
      errors ? 422 : 200,
    );
  }
}

function mails(count: number): string {
  return count === 1 ? 'One mail' : `${count} mails`;
}
