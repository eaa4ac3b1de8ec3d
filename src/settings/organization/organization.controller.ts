import { Body, Controller, Get, Post } from '@nestjs/common';
import { Needs } from '../../accounts/access.decorator.js';
import { CurrentActor } from '../../accounts/current-actor.decorator.js';
import { OrgsService } from '../../accounts/orgs.service.js';
import type { Actor } from '../../shared/actor.js';
import { type FieldError, formErrors, readForm } from '../../web/forms.js';
import { Page } from '../../web/page.js';
import { Redirect } from '../../web/redirect.js';
import { organizationFields, OrganizationForm } from './organization.form.js';
import { OrganizationService } from './organization.service.js';
import { organizationView, savedFlash } from './organization.view.js';

const path = '/app/settings/organization';

@Needs('admin')
@Controller(path)
export class OrganizationController {
  constructor(
    private readonly organization: OrganizationService,
    private readonly orgs: OrgsService,
  ) {}

  @Get()
  show(@CurrentActor() actor: Actor): Promise<Page> {
    return this.page(actor);
  }

  @Post()
  async save(@CurrentActor() actor: Actor, @Body() body: unknown): Promise<Page | Redirect> {
    const { form, ...read } = readForm(OrganizationForm, body);
    if (!read.ok) return this.page(actor, form, read.errors);
    const before = await this.organization.save(actor, form.profile);
    return new Redirect(path, savedFlash(before, form.profile));
  }

  private async page(actor: Actor, typed?: OrganizationForm, errors?: readonly FieldError[]): Promise<Page> {
    const org = await this.orgs.find(actor);
    return new Page(
      'settings/organization/organization',
      {
        title: 'Organization settings',
        ...organizationView(typed ?? OrganizationForm.of(org), org),
        errors: formErrors(organizationFields, errors),
      },
      errors ? 422 : 200,
    );
  }
}
