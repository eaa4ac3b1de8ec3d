import { Body, Controller, Get, NotFoundException, Param, Post, Query } from '@nestjs/common';
import { Needs } from '../../accounts/access.decorator.js';
import { CurrentActor } from '../../accounts/current-actor.decorator.js';
import { OrgsService } from '../../accounts/orgs.service.js';
import { EmailService, type EmailDetails } from '../../email/email.service.js';
import { routeLimits } from '../../limits/limit.js';
import { Limited } from '../../limits/limited.decorator.js';
import { actsAs, type Actor } from '../../shared/actor.js';
import type { Flash } from '../../web/flash.js';
import { readForm, type FieldError } from '../../web/forms.js';
import { IdPipe } from '../../web/id.pipe.js';
import { MailFrame } from '../../web/mail-frame.decorator.js';
import { Page } from '../../web/page.js';
import { Redirect } from '../../web/redirect.js';
import { EmailPreviewService } from './email-preview.service.js';
import { attemptFor, emailView, placeOf } from './email.view.js';
import { SendAgainForm } from './send-again.form.js';
import { SendRetriesService, type RetryAnswer } from './send-retries.service.js';

@Controller('app/emails')
export class EmailsController {
  constructor(
    private readonly emails: EmailService,
    private readonly previews: EmailPreviewService,
    private readonly orgs: OrgsService,
    private readonly retries: SendRetriesService,
  ) {}

  @Get(':id')
  async show(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) id: string,
    @Query('part') part: unknown,
  ): Promise<Page> {
    return this.page(actor, (await this.emails.find(actor, id)) ?? notFound(), { isText: part === 'text', errors: [] });
  }

  @Get(':id/body')
  @Limited(routeLimits.preview)
  @MailFrame()
  async body(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: string): Promise<string> {
    const mail = (await this.emails.find(actor, id))?.mail ?? (await this.previews.renderDraft(actor, id));
    if (!mail) {
      throw new NotFoundException();
    }
    return mail.html;
  }

  /** What may have gone out is only sent again by somebody who was told what that may mean. */
  @Needs('scheduler')
  @Post(':id/retry')
  async retry(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) id: string,
    @Body() body: unknown,
  ): Promise<Page | Redirect> {
    const details = (await this.emails.find(actor, id)) ?? notFound();
    const { toName } = details.email;
    const { href } = placeOf(details.email);
    if (attemptFor(details) !== 'send_again') {
      return new Redirect(href, retryInWords(toName, await this.retries.retry(actor, id)));
    }
    const read = readForm(SendAgainForm, body);
    return read.ok
      ? new Redirect(href, sendAgainInWords(toName, await this.retries.sendAgain(actor, id)))
      : this.page(actor, details, { isText: false, errors: read.errors });
  }

  private async page(
    actor: Actor,
    details: EmailDetails,
    { isText, errors }: { isText: boolean; errors: readonly FieldError[] },
  ): Promise<Page> {
    const { timeZone } = await this.orgs.find(actor);
    const canAct = actsAs(actor, 'scheduler');
    const view = emailView(details, { isText, canAct, errors, timeZone, now: new Date() });
    return new Page('scheduling/emails/show', view, errors.length > 0 ? 422 : 200);
  }
}

function retryInWords(toName: string, { retried, why }: RetryAnswer): Flash {
  return retried
    ? { tone: 'good', strong: `The mail to ${toName} will be tried again.` }
    : { tone: 'info', strong: `The mail to ${toName} was not tried again.`, text: why };
}

function sendAgainInWords(toName: string, { retried, why }: RetryAnswer): Flash {
  return retried
    ? { tone: 'good', strong: `The mail to ${toName} will be sent again.` }
    : { tone: 'info', strong: `The mail to ${toName} was not sent again.`, text: why };
}

function notFound(): never {
  throw new NotFoundException();
}
