import { Body, Controller, Get, HttpCode, NotFoundException, Param, Post, Query, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Needs } from '../../accounts/access.decorator.js';
import { CurrentActor } from '../../accounts/current-actor.decorator.js';
import { TemplateLibraryService, type NamedTemplate } from '../../email/template-library.service.js';
import { TemplateVersionsService } from '../../email/template-versions.service.js';
import { routeLimits } from '../../limits/limit.js';
import { Limited } from '../../limits/limited.decorator.js';
import type { Actor } from '../../shared/actor.js';
import type { FieldError } from '../../web/forms.js';
import { MailFrame } from '../../web/mail-frame.decorator.js';
import type { Page } from '../../web/page.js';
import { Redirect } from '../../web/redirect.js';
import { TemplatePageService } from './template-page.service.js';
import { TemplatePreviewService } from './template-preview.service.js';
import { TemplateSavingService } from './template-saving.service.js';
import { problemsOf, readTemplate, readVersion } from './template.form.js';
import { templatePath, templatesPath } from './templates.view.js';
import { findTyped, forgetTyped, keepTyped } from './typed-template.js';

type Fields = Readonly<Record<string, unknown>>;

const nobody: FieldError = { field: 'candidate', message: 'No candidate of yours has this address.' };

/** One template: its text, its preview, and putting another text into force. */
@Needs('admin')
@Controller(`${templatesPath}/:name`)
export class TemplateController {
  constructor(
    private readonly library: TemplateLibraryService,
    private readonly versions: TemplateVersionsService,
    private readonly previews: TemplatePreviewService,
    private readonly saving: TemplateSavingService,
    private readonly page: TemplatePageService,
  ) {}

  @Get()
  async show(
    @CurrentActor() actor: Actor,
    @Req() request: Request,
    @Param('name') name: string,
    @Query() { typed: typedId, candidate }: Fields,
  ): Promise<Page> {
    const template = await this.page.find(actor, name);
    const typed = findTyped(request, name, typedId);
    return this.page.show(actor, template, {
      invitationId: candidate,
      ...(typed && { typed, typedId: String(typedId) }),
    });
  }

  @Post()
  async save(
    @CurrentActor() actor: Actor,
    @Req() request: Request,
    @Param('name') name: string,
    @Body() body: Fields,
  ): Promise<Page | Redirect> {
    const template = await this.page.find(actor, name);
    const { typed, candidate } = readTemplate(body);
    const answer = await this.saving.save(actor, template, typed, candidate);
    if (answer instanceof Redirect) forgetTyped(request);
    return answer;
  }

  /** What the preview shows is kept in the session until it is saved or something else is previewed. */
  @Post('preview')
  @Limited(routeLimits.preview)
  async preview(
    @CurrentActor() actor: Actor,
    @Req() request: Request,
    @Param('name') name: string,
    @Body() body: Fields,
  ): Promise<Page | Redirect> {
    const template = await this.page.find(actor, name);
    const { typed, candidate } = readTemplate(body);
    const invitationId = candidate ? await this.previews.findByEmail(actor, candidate) : undefined;
    const errors = [...problemsOf(typed, template.needs), ...(invitationId === null ? [nobody] : [])];
    if (errors.length > 0) {
      return this.page.show(actor, template, { typed, candidate, errors });
    }
    const query = new URLSearchParams({ typed: keepTyped(request, name, typed) });
    if (invitationId) query.set('candidate', invitationId);
    return new Redirect(`${templatePath(name)}?${query}`);
  }

  /** For the script that says while one types what `save` would say. */
  @Post('check')
  @Limited(routeLimits.preview)
  @HttpCode(200)
  async check(
    @CurrentActor() actor: Actor,
    @Param('name') name: string,
    @Body() body: Fields,
  ): Promise<{ problems: readonly FieldError[] }> {
    const { needs } = await this.page.find(actor, name);
    return { problems: problemsOf(readTemplate(body).typed, needs) };
  }

  @Get('body')
  @Limited(routeLimits.preview)
  @MailFrame()
  async body(
    @CurrentActor() actor: Actor,
    @Req() request: Request,
    @Param('name') name: string,
    @Query() { typed, version, candidate }: Fields,
  ): Promise<string> {
    const template = await this.page.find(actor, name);
    const content = typed
      ? findTyped(request, name, typed)
      : await this.versions.find(actor, name, readVersion(version));
    const html = content && (await this.page.html(actor, template, content, candidate));
    if (!html) throw new NotFoundException();
    return html;
  }

  @Post('default')
  async reset(
    @CurrentActor() actor: Actor,
    @Param('name') name: string,
    @Body() body: Fields,
  ): Promise<Page | Redirect> {
    const template = await this.page.find(actor, name);
    if (!template.original) throw new NotFoundException();
    return this.saving.save(actor, template, { ...template.original, revision: readTemplate(body).typed.revision });
  }

  @Post('archiving')
  async archive(@CurrentActor() actor: Actor, @Param('name') name: string): Promise<Redirect> {
    const { title } = await this.added(actor, name);
    await this.library.archive(actor, name);
    return new Redirect(templatesPath, {
      tone: 'good',
      strong: `${title} is archived.`,
      text: 'Mails made from it stay as they are. You can take it back any time.',
    });
  }

  @Post('archiving/reversal')
  async takeBack(@CurrentActor() actor: Actor, @Param('name') name: string): Promise<Redirect> {
    const { title } = await this.added(actor, name);
    await this.library.takeBack(actor, name);
    return new Redirect(templatePath(name), { tone: 'good', strong: `${title} is in use again.` });
  }

  /** One that an admin added: the built-in ones cannot be archived. */
  private async added(actor: Actor, name: string): Promise<NamedTemplate> {
    const template = await this.page.find(actor, name);
    if (template.original) throw new NotFoundException();
    return template;
  }
}
