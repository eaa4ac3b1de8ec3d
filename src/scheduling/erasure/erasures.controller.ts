import { Body, Controller, Get, NotFoundException, Param, Post, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Needs } from '../../accounts/access.decorator.js';
import { CurrentActor } from '../../accounts/current-actor.decorator.js';
import { OrgsService } from '../../accounts/orgs.service.js';
import { Reauthentication } from '../../accounts/reauthentication.service.js';
import type { Actor } from '../../shared/actor.js';
import type { FieldError } from '../../web/forms.js';
import { IdPipe } from '../../web/id.pipe.js';
import { Page } from '../../web/page.js';
import { Redirect } from '../../web/redirect.js';
import { SelectionsService } from '../candidates/selections.service.js';
import type { Erasure } from './erasure.entity.js';
import { erasureQuestionView, erasureView, namedPeople } from './erasure.view.js';
import { ErasuresService } from './erasures.service.js';

/** Erasing people for good: asked first, with what goes and what stays, then done, with what became of it. */
@Needs('admin')
@Controller('app')
export class ErasuresController {
  constructor(
    private readonly erasures: ErasuresService,
    private readonly selections: SelectionsService,
    private readonly orgs: OrgsService,
    private readonly reauthentication: Reauthentication,
  ) {}

  @Post('candidates/:invitationId/erasure')
  async proposeOne(
    @CurrentActor() actor: Actor,
    @Param('invitationId', IdPipe) invitationId: string,
  ): Promise<Redirect> {
    const erasure = await this.erasures.propose(actor, [invitationId]);
    return new Redirect(hrefOf(erasure ?? notFound()));
  }

  @Post('scheduling/erasures')
  async propose(
    @CurrentActor() actor: Actor,
    @Body() body: Readonly<Record<string, unknown>>,
  ): Promise<Page | Redirect> {
    const whom = await this.selections.readWhom(actor, body);
    if (whom instanceof Page) {
      return whom;
    }
    const erasure = await this.erasures.propose(actor, whom.ids);
    const changed = { tone: 'info', strong: 'The list has changed.', text: whom.since } as const;
    return new Redirect(hrefOf(erasure ?? notFound()), whom.since ? changed : undefined);
  }

  @Get('erasures/:id')
  async show(@CurrentActor() actor: Actor, @Req() request: Request, @Param('id', IdPipe) id: string): Promise<Page> {
    return this.page(actor, request, await this.find(actor, id));
  }

  @Post('erasures/:id/confirmation')
  async begin(
    @CurrentActor() actor: Actor,
    @Req() request: Request,
    @Param('id', IdPipe) id: string,
  ): Promise<Page | Redirect> {
    const erasure = await this.find(actor, id);
    const fault = await this.reauthentication.fault(request);
    if (fault) {
      return this.page(actor, request, erasure, [fault]);
    }
    await this.erasures.begin(actor, id);
    return new Redirect(hrefOf(erasure));
  }

  private async find(actor: Actor, id: string): Promise<Erasure> {
    return (await this.erasures.find(actor, id)) ?? notFound();
  }

  private async page(
    actor: Actor,
    request: Request,
    erasure: Erasure,
    errors: readonly FieldError[] = [],
  ): Promise<Page> {
    const totals = await this.erasures.totals(actor, erasure.id);
    if (erasure.begunAt) {
      const { timeZone } = await this.orgs.find(actor);
      return new Page('scheduling/erasures/show', erasureView(erasure, totals, timeZone, new Date()));
    }
    const view = erasureQuestionView({
      erasure,
      totals,
      some: await this.erasures.someOf(actor, erasure.id, namedPeople),
      confirm: this.reauthentication.view(request, errors),
      errors,
    });
    return new Page('scheduling/erasures/question', view, errors.length > 0 ? 422 : 200);
  }
}

function hrefOf({ id }: Erasure): string {
  return `/app/erasures/${id}`;
}

function notFound(): never {
  throw new NotFoundException();
}
