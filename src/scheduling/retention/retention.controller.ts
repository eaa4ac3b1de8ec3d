import { Body, Controller, Get, NotFoundException, Post, Query, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Needs } from '../../accounts/access.decorator.js';
import { CurrentActor } from '../../accounts/current-actor.decorator.js';
import { OrgsService } from '../../accounts/orgs.service.js';
import { Reauthentication } from '../../accounts/reauthentication.service.js';
import type { Actor } from '../../shared/actor.js';
import { type FieldError, readForm } from '../../web/forms.js';
import { Page } from '../../web/page.js';
import { Redirect } from '../../web/redirect.js';
import { retentionPath } from './retention-notices.service.js';
import { RetentionForm } from './retention.form.js';
import { candidatesOf, RetentionService } from './retention.service.js';
import { previewView, retentionView } from './retention.view.js';

/** When candidates are erased without anybody asking: seen beforehand, then in force. */
@Needs('admin')
@Controller(retentionPath)
export class RetentionController {
  constructor(
    private readonly retention: RetentionService,
    private readonly orgs: OrgsService,
    private readonly reauthentication: Reauthentication,
  ) {}

  @Get()
  show(@CurrentActor() actor: Actor): Promise<Page> {
    return this.page(actor);
  }

  @Post('preview')
  async notePreview(@CurrentActor() actor: Actor, @Body() body: unknown): Promise<Page | Redirect> {
    const { form, ...read } = readForm(RetentionForm, body);
    if (!read.ok) {
      return this.page(actor, typeof form.eraseAfterDays === 'string' ? form.eraseAfterDays : '', read.errors);
    }
    await this.retention.notePreview(actor, form.days);
    return new Redirect(`${retentionPath}/preview?eraseAfterDays=${form.days}`);
  }

  @Get('preview')
  async preview(@CurrentActor() actor: Actor, @Req() request: Request, @Query() query: unknown): Promise<Page> {
    const { form, ok } = readForm(RetentionForm, query);
    return ok ? this.previewPage(actor, request, form.days) : notFound();
  }

  @Post()
  async change(@CurrentActor() actor: Actor, @Req() request: Request): Promise<Page | Redirect> {
    const { form, ...read } = readForm(RetentionForm, request.body);
    if (!read.ok) {
      return this.page(actor, typeof form.eraseAfterDays === 'string' ? form.eraseAfterDays : '', read.errors);
    }
    const fault = (await this.reauthentication.fault(request)) ?? (await this.changedSince(actor, form.days, request));
    if (fault) {
      return this.previewPage(actor, request, form.days, [fault]);
    }
    await this.retention.change(actor, form.days);
    return new Redirect(retentionPath, { tone: 'good', strong: 'Saved.', text: 'What comes next is listed below.' });
  }

  @Post('reversal')
  async turnOff(@CurrentActor() actor: Actor): Promise<Redirect> {
    await this.retention.change(actor, null);
    return new Redirect(retentionPath, {
      tone: 'good',
      strong: 'Turned off.',
      text: 'Interlude erases nobody by itself.',
    });
  }

  /** Nobody confirms what they have not seen. */
  private async changedSince(actor: Actor, days: number, request: Request): Promise<FieldError | null> {
    const { candidates: seen } = request.body as Readonly<Record<string, unknown>>;
    const near = (await this.retention.preview(actor, days)).filter(({ isNear }) => isNear);
    return seen === String(candidatesOf(near))
      ? null
      : { field: 'candidates', message: 'Whom it reaches first has changed since you looked. Look once more.' };
  }

  private async page(actor: Actor, typed: string | null = null, errors: readonly FieldError[] = []): Promise<Page> {
    const [rule, { timeZone }] = await Promise.all([this.retention.find(actor), this.orgs.find(actor)]);
    const days = rule?.eraseAfterDays ?? null;
    const outlook = days === null ? [] : await this.retention.list(actor, days);
    const view = retentionView({ rule, typed, outlook, timeZone, errors });
    return new Page('scheduling/retention/retention', view, errors.length > 0 ? 422 : 200);
  }

  private async previewPage(
    actor: Actor,
    request: Request,
    days: number,
    errors: readonly FieldError[] = [],
  ): Promise<Page> {
    const [rule, { timeZone }] = await Promise.all([this.retention.find(actor), this.orgs.find(actor)]);
    const outlook = await this.retention.preview(actor, days);
    const confirm = this.reauthentication.view(request, errors);
    const isOn = (rule?.eraseAfterDays ?? null) !== null;
    const view = previewView({ days, isOn, outlook, timeZone, confirm, errors });
    return new Page('scheduling/retention/preview', view, errors.length > 0 ? 422 : 200);
  }
}

function notFound(): never {
  throw new NotFoundException();
}
