import { Body, Controller, Get, NotFoundException, Param, Post, Query } from '@nestjs/common';
import { Needs } from '../../accounts/access.decorator.js';
import { CurrentActor } from '../../accounts/current-actor.decorator.js';
import { TemplateVersionsService, type TemplateVersion } from '../../email/template-versions.service.js';
import type { Actor } from '../../shared/actor.js';
import type { Page } from '../../web/page.js';
import type { Redirect } from '../../web/redirect.js';
import { TemplatePageService } from './template-page.service.js';
import { TemplateSavingService } from './template-saving.service.js';
import { readTemplate, readVersion } from './template.form.js';
import { templatesPath } from './templates.view.js';

/** What a template said before. */
@Needs('admin')
@Controller(`${templatesPath}/:name/versions`)
export class TemplateVersionsController {
  constructor(
    private readonly versions: TemplateVersionsService,
    private readonly saving: TemplateSavingService,
    private readonly page: TemplatePageService,
  ) {}

  @Get()
  async list(
    @CurrentActor() actor: Actor,
    @Param('name') name: string,
    @Query('before') before: unknown,
  ): Promise<Page> {
    const template = await this.page.find(actor, name);
    return this.page.listVersions(actor, template, readVersion(before) || null);
  }

  @Get(':version')
  async show(
    @CurrentActor() actor: Actor,
    @Param('name') name: string,
    @Param('version') version: string,
  ): Promise<Page> {
    const template = await this.page.find(actor, name);
    return this.page.showVersion(actor, template, await this.version(actor, name, version));
  }

  /** As a new version: nothing of what was in force since is lost. */
  @Post(':version/restoration')
  async restore(
    @CurrentActor() actor: Actor,
    @Param('name') name: string,
    @Param('version') version: string,
    @Body() body: Readonly<Record<string, unknown>>,
  ): Promise<Page | Redirect> {
    const template = await this.page.find(actor, name);
    const { subject, body: text } = await this.version(actor, name, version);
    return this.saving.save(actor, template, { subject, body: text, revision: readTemplate(body).typed.revision });
  }

  private async version(actor: Actor, name: string, version: string): Promise<TemplateVersion> {
    const found = await this.versions.find(actor, name, readVersion(version));
    if (!found) throw new NotFoundException();
    return found;
  }
}
