import { Body, Controller, Get, HttpStatus, Param, Post } from '@nestjs/common';
import { Public } from '../../accounts/access.decorator.js';
import { routeLimits } from '../../limits/limit.js';
import { Limited } from '../../limits/limited.decorator.js';
import { Page } from '../../web/page.js';
import { Redirect } from '../../web/redirect.js';
import { candidatePath } from '../links/candidate-address.js';
import { sampleLinkPage, unknownLinkPage } from '../links/candidate-link.page.js';
import { CandidateLinkService, type KnownLink, type LinkRow } from '../links/candidate-link.service.js';
import { sampleToken } from '../links/sample-token.js';
import { CandidateRequestsService } from './candidate-requests.service.js';
import { declineView, otherTimesView } from './candidate-requests.view.js';
import { DeclinesService } from './declines.service.js';
import { readTimeWish } from './time-wish.js';

type Kind = KnownLink['kind'];

const choosing: readonly Kind[] = ['choose', 'cancelled'];
const declinable: readonly Kind[] = [...choosing, 'expired', 'booked'];

/**
 * What candidates can ask for or say on their own page, without a session. Looking changes nothing. Where a link stands
 * otherwise meanwhile, its page says how.
 */
@Public()
@Controller('i/:token')
export class CandidateRequestsController {
  constructor(
    private readonly links: CandidateLinkService,
    private readonly requests: CandidateRequestsService,
    private readonly declines: DeclinesService,
  ) {}

  @Get('decline')
  async askWhetherToDecline(@Param('token') token: string): Promise<Page | Redirect> {
    return this.withLink(token, declinable, async (link) =>
      link.booking?.over ? toOwnPage(link) : Page.public('scheduling/candidate-link/decline', declineView(link)),
    );
  }

  @Post('decline')
  @Limited(routeLimits.candidate)
  async decline(@Param('token') token: string): Promise<Page | Redirect> {
    return this.withLink(token, declinable, async (link) => {
      if (link.booking?.over || (await this.declines.decline(link)) === 'declined') {
        return toOwnPage(link);
      }
      const opened = await this.links.open(token);
      return opened.kind === 'booked'
        ? Page.public('scheduling/candidate-link/decline', declineView(opened.link), HttpStatus.CONFLICT)
        : toOwnPage(link);
    });
  }

  @Get('other-times')
  async askForTimes(@Param('token') token: string): Promise<Page | Redirect> {
    return this.withLink(token, choosing, async (link) =>
      Page.public('scheduling/candidate-link/other-times', otherTimesView(link)),
    );
  }

  @Post('other-times')
  @Limited(routeLimits.candidate)
  async storeTimes(@Param('token') token: string, @Body() body: unknown): Promise<Page | Redirect> {
    return this.withLink(token, choosing, async (link) => {
      const typed = readTimeWish(body, link.timeZone);
      if (typed.errors.length > 0) {
        const view = otherTimesView(link, typed, typed.errors);
        return Page.public('scheduling/candidate-link/other-times', view, HttpStatus.UNPROCESSABLE_ENTITY);
      }
      await this.requests.askForTimes(link, typed.wish);
      return toOwnPage(link);
    });
  }

  @Post('new-link-request')
  @Limited(routeLimits.candidate)
  async askForNewLink(@Param('token') token: string): Promise<Page | Redirect> {
    return this.withLink(token, ['expired'], async (link) => {
      await this.requests.askForNewLink(link);
      return toOwnPage(link);
    });
  }

  private async withLink(
    token: string,
    kinds: readonly Kind[],
    answer: (link: LinkRow) => Promise<Page | Redirect>,
  ): Promise<Page | Redirect> {
    if (token === sampleToken) {
      return sampleLinkPage('It came with a test mail. With a personal link, candidates answer here.');
    }
    const opened = await this.links.open(token);
    if (opened.kind === 'unknown') {
      return unknownLinkPage();
    }
    return kinds.includes(opened.kind) ? answer(opened.link) : toOwnPage(opened.link);
  }
}

function toOwnPage({ token }: LinkRow): Redirect {
  return new Redirect(candidatePath(token));
}
