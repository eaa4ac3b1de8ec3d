import { Body, Controller, Get, NotFoundException, Param, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Needs } from '../../accounts/access.decorator.js';
import { ApiTokensService, type ListedApiToken } from '../../accounts/api-tokens.service.js';
import { CurrentActor } from '../../accounts/current-actor.decorator.js';
import { OrgsService } from '../../accounts/orgs.service.js';
import { Reauthentication } from '../../accounts/reauthentication.service.js';
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
    private readonly reauthentication: Reauthentication,
  ) {}

  @Get()
  list(@CurrentActor() actor: Actor, @Req() request: Request): Promise<Page> {
    return this.page(actor, request, {});
  }

  /** The answer is the one place where the token stands: no redirect, which would have to carry it. */
  @Post()
  async make(@CurrentActor() actor: Actor, @Req() request: Request, @Body() body: unknown): Promise<Page> {
    const { form, ...read } = readForm(ApiTokenForm, body);
    const fault = await this.reauthentication.fault(request);
    if (fault) return this.page(actor, request, { form, errors: [fault] });
    if (!read.ok) return this.page(actor, request, { form, errors: read.errors });
    const { name } = form.token;
    const token = await this.tokens.make(actor, form.token);
    return this.page(actor, request, token === null ? { form, errors: [taken] } : { made: { name, token } });
  }

  @Get(':id')
  async show(@CurrentActor() actor: Actor, @Req() request: Request, @Param('id', IdPipe) id: string): Promise<Page> {
    return this.onePage(actor, request, await this.find(actor, id));
  }

  @Post(':id/revocation')
  async revoke(
    @CurrentActor() actor: Actor,
    @Req() request: Request,
    @Param('id', IdPipe) id: string,
  ): Promise<Page | Redirect> {
    const token = await this.find(actor, id);
    const fault = await this.reauthentication.fault(request);
    if (fault) return this.onePage(actor, request, token, [fault]);
    const revoked = await this.tokens.revoke(actor, id);
    return new Redirect(
      apiTokensPath,
      revoked
        ? { tone: 'good', strong: 'Revoked.', text: `${token.name} opens nothing any more.` }
        : { tone: 'info', strong: 'Nothing was changed.', text: 'It was revoked already.' },
    );
  }

  private async find(actor: Actor, id: string): Promise<ListedApiToken> {
    const token = await this.tokens.find(actor, id);
    if (!token) throw new NotFoundException();
    return token;
  }

  private async onePage(
    actor: Actor,
    request: Request,
    token: ListedApiToken,
    errors: readonly FieldError[] = [],
  ): Promise<Page> {
    const { timeZone } = await this.orgs.find(actor);
    const confirm = this.reauthentication.view(request, errors);
    return new Page(
      'settings/api-tokens/api-token',
      {
        title: token.name,
        back: { href: apiTokensPath, label: 'API tokens' },
        ...apiTokenView(token, timeZone),
        confirm,
        errors: formErrors([confirm.field], errors),
      },
      errors.length > 0 ? 422 : 200,
    );
  }

  private async page(
    actor: Actor,
    request: Request,
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
        confirm: this.reauthentication.view(request, errors),
        errors: formErrors(apiTokenFields, errors),
      },
      errors ? 422 : made ? 201 : 200,
    );
  }
}
