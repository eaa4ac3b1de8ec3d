import { Controller, Get, NotFoundException, Param, Post, Query } from '@nestjs/common';
import { Needs } from '../../accounts/access.decorator.js';
import { CurrentActor } from '../../accounts/current-actor.decorator.js';
import type { Actor } from '../../shared/actor.js';
import type { Flash } from '../../web/flash.js';
import { IdPipe } from '../../web/id.pipe.js';
import type { Page } from '../../web/page.js';
import { Redirect } from '../../web/redirect.js';
import { plural } from '../plural.js';
import { DraftPageService } from './draft-page.service.js';
import { SendCancellationService, type Cancellation } from './send-cancellation.service.js';
import { SendPageService } from './send-page.service.js';
import { SendRetriesService, type RetriesAnswer } from './send-retries.service.js';
import { SendsService } from './sends.service.js';

type Fields = Readonly<Record<string, unknown>>;

/** One page for a send's whole life: draft, undo window, progress, result. */
@Controller('app/sends')
export class SendsController {
  constructor(
    private readonly sends: SendsService,
    private readonly cancellations: SendCancellationService,
    private readonly retries: SendRetriesService,
    private readonly draftPage: DraftPageService,
    private readonly sendPage: SendPageService,
  ) {}

  @Get()
  list(@CurrentActor() actor: Actor, @Query() query: Fields): Promise<Page> {
    return this.sendPage.list(actor, query);
  }

  @Get(':id')
  async show(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: string, @Query() query: Fields): Promise<Page> {
    const found = (await this.sends.find(actor, id)) ?? notFound();
    return found.send.isDraft() ? this.draftPage.show(actor, found, query) : this.sendPage.show(actor, found, query);
  }

  @Needs('scheduler')
  @Post(':id/cancellation')
  async cancel(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: string): Promise<Redirect> {
    if (!(await this.sends.find(actor, id))) {
      notFound();
    }
    const cancellation = await this.cancellations.cancel(actor, id);
    const to = cancellation.wasDraft ? '/app/scheduling' : `/app/sends/${id}`;
    return new Redirect(to, cancellationInWords(cancellation));
  }

  @Needs('scheduler')
  @Post(':id/retry')
  async retryFailed(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: string): Promise<Redirect> {
    if (!(await this.sends.find(actor, id))) {
      notFound();
    }
    return new Redirect(`/app/sends/${id}`, retriesInWords(await this.retries.retryFailed(actor, id)));
  }
}

function cancellationInWords({ wasDraft, kept, onTheirWay, left }: Cancellation): Flash {
  if (wasDraft) {
    return { tone: 'info', strong: 'The draft is discarded.', text: 'Nothing was sent.' };
  }
  const gone = [
    left > 0 ? `${left} had left before.` : '',
    onTheirWay > 0 ? `${onTheirWay} ${onTheirWay === 1 ? 'is' : 'are'} on the way and cannot be called back.` : '',
  ];
  return {
    tone: kept > 0 ? 'good' : 'info',
    strong: kept > 0 ? `${plural(kept, 'email')} will not leave.` : 'There was nothing left to stop.',
    text: left + onTheirWay > 0 ? gone.filter(Boolean).join(' ') : kept > 0 ? 'Nothing was sent.' : '',
  };
}

function retriesInWords({ retried, kept }: RetriesAnswer): Flash {
  const reasons = kept.map(({ label, count }) => `${count} ${label.toLowerCase()}`).join(', ');
  return {
    tone: retried > 0 ? 'good' : 'info',
    strong: retried > 0 ? `${plural(retried, 'email')} will be tried again.` : 'Nothing was tried again.',
    text: reasons ? `Left as they are: ${reasons}.` : retried > 0 ? '' : 'Nothing had failed for certain.',
  };
}

function notFound(): never {
  throw new NotFoundException();
}
