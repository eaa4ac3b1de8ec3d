import { Controller, Get, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';
import { Public } from '../../accounts/access.decorator.js';
import { routeLimits } from '../../limits/limit.js';
import { Limited } from '../../limits/limited.decorator.js';
import { Page } from '../../web/page.js';
import { Redirect } from '../../web/redirect.js';
import { unsubscribePath } from './candidate-address.js';
import { sampleLinkPage, unknownLinkPage } from './candidate-link.page.js';
import { CandidateLinkService, type KnownLink } from './candidate-link.service.js';
import { OptOutsService } from './opt-outs.service.js';
import { sampleToken } from './sample-token.js';
import { askView, doneView } from './unsubscribe.view.js';

/**
 * No more mail to the person behind a link, whatever became of the link. Looking changes nothing, because mail scanners
 * look first. A bare post acts at once: it comes from mail services, without session, origin or second step (RFC 8058).
 */
@Public()
@Controller('i/:token/unsubscribe')
export class UnsubscribeController {
  constructor(
    private readonly links: CandidateLinkService,
    private readonly optOuts: OptOutsService,
  ) {}

  @Get()
  async show(@Param('token') token: string, @Query('taken_back') takenBack: unknown): Promise<Page> {
    return this.withLink(token, async (opened) => {
      const view = opened.link.optedOut ? doneView(opened) : askView(opened, { takenBack: takenBack === 'yes' });
      return Page.public('scheduling/candidate-link/unsubscribe', view);
    });
  }

  /** 200 and no redirect: that is what a mail service takes for done. */
  @Post()
  @Limited(routeLimits.candidate)
  @HttpCode(HttpStatus.OK)
  async optOut(@Param('token') token: string): Promise<Page> {
    return this.withLink(token, async (opened) => {
      await this.optOuts.optOut(opened.link);
      return Page.public('scheduling/candidate-link/unsubscribe', doneView(opened));
    });
  }

  @Post('reversal')
  @Limited(routeLimits.candidate)
  async takeBack(@Param('token') token: string): Promise<Page | Redirect> {
    return this.withLink(token, async ({ link }) => {
      await this.optOuts.takeBack(link);
      return new Redirect(`${unsubscribePath(link.token)}?taken_back=yes`);
    });
  }

  private async withLink<Answer>(
    token: string,
    answer: (opened: KnownLink) => Promise<Answer>,
  ): Promise<Answer | Page> {
    if (token === sampleToken) {
      return sampleLinkPage('It came with a test mail. In a real mail, this page stops all further ones.');
    }
    const opened = await this.links.open(token);
    return opened.kind === 'unknown' ? unknownLinkPage() : answer(opened);
  }
}
