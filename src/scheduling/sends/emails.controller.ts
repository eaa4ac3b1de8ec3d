import { Controller, Get, Header, NotFoundException, Param, Post, Query } from '@nestjs/common';
import { Needs } from '../../accounts/access.decorator.js';
import { CurrentActor } from '../../accounts/current-actor.decorator.js';
import { OrgsService } from '../../accounts/orgs.service.js';
import { EmailService } from '../../email/email.service.js';
import { actsAs, type Actor } from '../../shared/actor.js';
import { IdPipe } from '../../web/id.pipe.js';
import { Page } from '../../web/page.js';
import { Redirect } from '../../web/redirect.js';
import { EmailPreviewService } from './email-preview.service.js';
import { emailView } from './email.view.js';
import { SendsService } from './sends.service.js';

/** A mail's HTML is framed: it may carry its own styles, and nothing else. */
const bodyPolicy = `default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'self'`;

@Controller('app/emails')
export class EmailsController {
  constructor(
    private readonly emails: EmailService,
    private readonly previews: EmailPreviewService,
    private readonly orgs: OrgsService,
    private readonly sends: SendsService,
  ) {}

  @Get(':id')
  async show(
    @CurrentActor() actor: Actor,
    @Param('id', IdPipe) id: string,
    @Query('part') part: unknown,
  ): Promise<Page> {
    const [details, org] = await Promise.all([this.emails.find(actor, id), this.orgs.find(actor)]);
    if (!details) {
      throw new NotFoundException();
    }
    const view = emailView(details, {
      isText: part === 'text',
      canAct: actsAs(actor, 'scheduler'),
      timeZone: org.timeZone,
      now: new Date(),
    });
    return new Page('scheduling/emails/show', view);
  }

  @Get(':id/body')
  @Header('Content-Type', 'text/html; charset=utf-8')
  @Header('Content-Security-Policy', bodyPolicy)
  @Header('X-Frame-Options', 'SAMEORIGIN')
  async body(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: string): Promise<string> {
    const mail = (await this.emails.find(actor, id))?.mail ?? (await this.previews.renderDraft(actor, id));
    if (!mail) {
      throw new NotFoundException();
    }
    return mail.html;
  }

  @Needs('scheduler')
  @Post(':id/retry')
  async retry(@CurrentActor() actor: Actor, @Param('id', IdPipe) id: string): Promise<Redirect> {
    const details = await this.emails.find(actor, id);
    if (!details) {
      throw new NotFoundException();
    }
    const retried = await this.sends.retryOne(actor, id);
    return new Redirect(
      `/app/sends/${details.email.sendId}`,
      retried
        ? { tone: 'good', strong: `The mail to ${details.email.toName} will be tried again.` }
        : {
            tone: 'info',
            strong: 'It was not tried again.',
            text: 'It did not fail for certain, its link is closed, or its candidate needs no mail any more.',
          },
    );
  }
}
