import { Body, Controller, Get, NotFoundException, Param, Post } from '@nestjs/common';
import { Needs } from '../../accounts/access.decorator.js';
import { CurrentActor } from '../../accounts/current-actor.decorator.js';
import { OrgsService } from '../../accounts/orgs.service.js';
import { AssessmentsService } from '../../candidates/assessments.service.js';
import type { Actor } from '../../shared/actor.js';
import { fullTime } from '../../shared/zoned-time.js';
import { IdPipe } from '../../web/id.pipe.js';
import { Page } from '../../web/page.js';
import { Redirect } from '../../web/redirect.js';
import { lastKeptDay, readKeptUntil } from './kept-until.js';
import { retentionPath } from './retention-notices.service.js';
import { RetentionService, type Outlook } from './retention.service.js';
import { keepView } from './retention.view.js';

/** Keeping the candidates of one closed assessment longer than the rule says. */
@Needs('admin')
@Controller(`${retentionPath}/assessments/:id`)
export class KeptAssessmentsController {
  constructor(
    private readonly retention: RetentionService,
    private readonly assessments: AssessmentsService,
    private readonly orgs: OrgsService,
  ) {}

  @Get()
  async show(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: string): Promise<Page | Redirect> {
    const found = await this.find(actor, id);
    return found instanceof Redirect ? found : this.page(actor, found);
  }

  @Post('keeping')
  async keep(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) id: string,
    @Body('until') typed: unknown,
  ): Promise<Page | Redirect> {
    const found = await this.find(actor, id);
    if (found instanceof Redirect) {
      return found;
    }
    const { timeZone } = await this.orgs.find(actor);
    // Of one that is kept already, an earlier day will do.
    const after = found.keptUntil ? new Date() : found.eraseAt;
    const until = readKeptUntil(typed, timeZone, after);
    if (!until) {
      const message = `Enter a day after ${fullTime(after, timeZone)}, within ten years, as 2027-12-31.`;
      return this.page(actor, found, typeof typed === 'string' ? typed : '', message);
    }
    await this.retention.keep(actor, id, until);
    return kept(`${found.title} is kept.`, `Until the end of ${lastKeptDay(until, timeZone)}.`);
  }

  @Post('keeping/reversal')
  async keepNoLonger(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: string): Promise<Redirect> {
    const found = await this.find(actor, id);
    if (found instanceof Redirect) {
      return found;
    }
    await this.retention.keep(actor, id, null);
    return kept(`${found.title} is kept no longer than others.`, 'Its erasure is announced first.');
  }

  /** Of an assessment that nothing threatens, there is nothing to keep. */
  private async find(actor: Actor, id: string): Promise<Outlook | Redirect> {
    const { title } = (await this.assessments.find(actor, id)) ?? notFound();
    const days = (await this.retention.find(actor))?.eraseAfterDays ?? null;
    const found = days === null ? null : await this.retention.list(actor, days);
    return (
      found?.find(({ assessmentId }) => assessmentId === id) ??
      new Redirect(retentionPath, { tone: 'info', strong: `Nobody of ${title} is about to be erased.` })
    );
  }

  private async page(actor: Actor, outlook: Outlook, typed = '', fault: string | null = null): Promise<Page> {
    const { timeZone } = await this.orgs.find(actor);
    const errors = fault ? [{ field: 'until', message: fault }] : [];
    return new Page('scheduling/retention/keep', keepView({ outlook, typed, timeZone, errors }), fault ? 422 : 200);
  }
}

function kept(strong: string, text: string): Redirect {
  return new Redirect(retentionPath, { tone: 'good', strong, text });
}

function notFound(): never {
  throw new NotFoundException();
}
