import { Body, Controller, Get, NotFoundException, Param, Post } from '@nestjs/common';
import { Needs } from '../../accounts/access.decorator.js';
import { ApiTokensService, type ListedApiToken } from '../../accounts/api-tokens.service.js';
import { CurrentActor } from '../../accounts/current-actor.decorator.js';
import { OrgsService } from '../../accounts/orgs.service.js';
import type { Actor } from '../../shared/actor.js';
import { type FieldError, formErrors, readForm } from '../../web/forms.js';
import { IdPipe } from '../../web/id.pipe.js';
import { Page } from '../../web/page.js';
import { Redirect } from '../../web/redirect.js';
import { apiTokenFields, ApiTokenForm } from './api-token.form.js';
import { apiTokenFormView, apiTokensPath, apiTokenView } from './api-tokens.view.js';

const taken: FieldError = {
  field: 'name',
  message: 'There is a token of this name. Choose another, or revoke that one.',
};

/** What lets programs use the JSON API. */
@Needs('admin')
@Controller(apiTokensPath)
export class ApiTokensController {
  constructor(
    private readonly tokens: ApiTokensService,
    private readonly orgs: OrgsService,
  ) {}

  @Get()
  list(@CurrentActor() actor: Actor): Promise<Page> {
    return this.page(actor, {});
  }

  /** The answer is the one place where the token stands: no redirect, which would have to carry it. */
  @Post()
  async make(@CurrentActor() actor: Actor, @Body() body: unknown): Promise<Page> {
    const { form, ...read } = readForm(ApiTokenForm, body);
    if (!read.ok) return this.page(actor, { form, errors: read.errors });
    const { name } = form.token;
    const token = await this.tokens.make(actor, form.token);
    return token === null ? this.page(actor, { form, errors: [taken] }) : this.page(actor, { made: { name, token } });
  }

  @Get(':id')
  async show(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: string): Promise<Page> {
    const token = await this.find(actor, id);
    const { timeZone } = await this.orgs.find(actor);
    return new Page('settings/api-tokens/api-token', {
      title: token.name,
      back: { href: apiTokensPath, label: 'API tokens' },
      ...apiTokenView(token, timeZone),
    });
  }

  @Post(':id/revocation')
  async revoke(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: string): Promise<Redirect> {
    const { name } = await this.find(actor, id);
    const revoked = await this.tokens.revoke(actor, id);
    return new Redirect(
      apiTokensPath,
      revoked
        ? { tone: 'good', strong: 'Revoked.', text: `${name} opens nothing any more.` }
        : { tone: 'info', strong: 'Nothing was changed.', text: 'It was revoked already.' },
    );
  }

  private async find(actor: Actor, id: string): Promise<ListedApiToken> {
    const token = await this.tokens.find(actor, id);
    if (!token) throw new NotFoundException();
    return token;
  }

  private async page(
    actor: Actor,
    {
      form = new ApiTokenForm(),
      errors,
      made = null,
    }: { form?: ApiTokenForm; errors?: readonly FieldError[]; made?: { name: string; token: string } | null },
  ): Promise<Page> {
    const [tokens, { timeZone }] = await Promise.all([this.tokens.list(actor), this.orgs.find(actor)]);
    return new Page(
      'settings/api-tokens/api-tokens',
      {
        title: made ? 'Token made' : 'API tokens',
        made,
        rows: tokens.map((token) => apiTokenView(token, timeZone)),
        form: apiTokenFormView(form),
        errors: formErrors(apiTokenFields, errors),
      },
      errors ? 422 : made ? 201 : 200,
    );
  }
}
