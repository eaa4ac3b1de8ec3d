import { Controller, Get, NotFoundException, Param, Post, Query } from '@nestjs/common';
import { Needs } from '../../accounts/access.decorator.js';
import { CurrentActor } from '../../accounts/current-actor.decorator.js';
import type { Actor } from '../../shared/actor.js';
import { IdPipe } from '../../web/id.pipe.js';
import type { Page } from '../../web/page.js';
import { Redirect } from '../../web/redirect.js';
import { plural } from '../plural.js';
import { DraftPageService } from './draft-page.service.js';
import { SendPageService } from './send-page.service.js';
import { SendsService } from './sends.service.js';

type Fields = Readonly<Record<string, unknown>>;

/** One page for a send's whole life: draft, undo window, progress, result. */
@Controller('app/sends')
export class SendsController {
  constructor(
    private readonly sends: SendsService,
    private readonly draftPage: DraftPageService,
    private readonly sendPage: SendPageService,
  ) {}

  @Get()
  list(@CurrentActor() actor: Actor): Promise<Page> {
    return this.sendPage.list(actor);
  }

  @Get(':id')
  async show(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: string, @Query() query: Fields): Promise<Page> {
    const found = (await this.sends.find(actor, id)) ?? notFound();
    return found.send.isDraft() ? this.draftPage.show(actor, found, query) : this.sendPage.show(actor, found, query);
  }

  @Needs('scheduler')
  @Post(':id/cancellation')
  async cancel(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: string): Promise<Redirect> {
    const found = (await this.sends.find(actor, id)) ?? notFound();
    const kept = await this.sends.cancel(actor, id);
    if (found.send.isDraft()) {
      return new Redirect('/app/scheduling', {
        tone: 'info',
        strong: 'The draft is discarded.',
        text: 'Nothing was sent.',
      });
    }
    return new Redirect(`/app/sends/${id}`, {
      tone: kept > 0 ? 'good' : 'info',
      strong: kept > 0 ? `${plural(kept, 'email')} will not leave.` : 'There was nothing left to stop.',
    });
  }

  @Needs('scheduler')
  @Post(':id/retry')
  async retryFailed(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: string): Promise<Redirect> {
    if (!(await this.sends.find(actor, id))) {
      notFound();
    }
    const retried = await this.sends.retryFailed(actor, id);
    return new Redirect(`/app/sends/${id}`, {
      tone: retried > 0 ? 'good' : 'info',
      strong: retried > 0 ? `${plural(retried, 'email')} will be tried again.` : 'Nothing had failed for certain.',
    });
  }
}

function notFound(): never {
  throw new NotFoundException();
}
