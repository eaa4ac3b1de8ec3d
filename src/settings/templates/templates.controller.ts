import { Body, Controller, Get, Post, Query } from '@nestjs/common';
import { Needs } from '../../accounts/access.decorator.js';
import { CurrentActor } from '../../accounts/current-actor.decorator.js';
import { OrgsService } from '../../accounts/orgs.service.js';
import { TemplateLibraryService } from '../../email/template-library.service.js';
import type { Actor } from '../../shared/actor.js';
import { type FieldError, formErrors, readForm } from '../../web/forms.js';
import { Page } from '../../web/page.js';
import { Redirect } from '../../web/redirect.js';
import { NewTemplateForm } from './new-template.form.js';
import { templatePath, templatesPath, templatesView } from './templates.view.js';

const taken: FieldError = { field: 'title', message: 'There is a template of this name, perhaps an archived one.' };
const unknown: FieldError = { field: 'from', message: 'Choose one of the templates listed.' };

@Needs('admin')
@Controller(templatesPath)
export class TemplatesController {
  constructor(
    private readonly library: TemplateLibraryService,
    private readonly orgs: OrgsService,
  ) {}

  @Get()
  list(@CurrentActor() actor: Actor, @Query('show') show: unknown): Promise<Page> {
    return this.page(actor, { archived: show === 'archived' });
  }

  @Post()
  async add(@CurrentActor() actor: Actor, @Body() body: unknown): Promise<Page | Redirect> {
    const { form, ...read } = readForm(NewTemplateForm, body);
    if (!read.ok) return this.page(actor, { form, errors: read.errors });
    const from = await this.library.find(actor, form.from);
    if (!from) return this.page(actor, { form, errors: [unknown] });
    const title = form.title.trim().replaceAll(/\s+/g, ' ');
    const { subject, body: text } = await this.library.current(actor, from);
    const name = await this.library.add(actor, title, { subject, body: text });
    return name === null
      ? this.page(actor, { form, errors: [taken] })
      : new Redirect(templatePath(name), { tone: 'good', strong: `${title} is there.`, text: 'Now write its text.' });
  }

  private async page(
    actor: Actor,
    {
      archived = false,
      form = new NewTemplateForm(),
      errors,
    }: { archived?: boolean; form?: NewTemplateForm; errors?: readonly FieldError[] },
  ): Promise<Page> {
    const [templates, { timeZone }] = await Promise.all([this.library.list(actor), this.orgs.find(actor)]);
    const inForce = templates.map(async (template) => ({
      template,
      version: await this.library.current(actor, template),
    }));
    const { choices, ...view } = templatesView(await Promise.all(inForce), archived, timeZone);
    return new Page(
      'settings/templates/templates',
      {
        title: 'Template settings',
        ...view,
        form: { title: typeof form.title === 'string' ? form.title : '' },
        choices: choices.map(({ name, title }) => ({ name, title, selected: name === form.from })),
        errors: formErrors(['title', 'from'], errors),
      },
      errors ? 422 : 200,
    );
  }
}
