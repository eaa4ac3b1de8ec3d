import { Controller, Get, Param, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Public } from '../../accounts/access.decorator.js';
import { Page } from '../../web/page.js';
import { closedLinkPage, sampleLinkPage, unknownLinkPage } from './candidate-link.page.js';
import { CandidateLinkService } from './candidate-link.service.js';
import { bookedView, chooseView } from './candidate-link.view.js';
import { sampleToken } from './sample-token.js';

const gone = 410;

/** The candidate's own page. Looking at it changes nothing but a counter, because mail scanners look first. */
@Public()
@Controller('i')
export class CandidateLinkController {
  constructor(private readonly links: CandidateLinkService) {}

  @Get(':token')
  async show(@Req() request: Request, @Param('token') token: string): Promise<Page> {
    if (token === sampleToken) {
      return sampleLinkPage('It came with a test mail. Each candidate gets a personal link in its place.');
    }
    const opened = await this.links.open(token);
    if (opened.kind === 'unknown') {
      return unknownLinkPage();
    }
    const { kind, link } = opened;
    if (request.method === 'GET') {
      await this.links.countOpen(link.id);
    }
    switch (kind) {
      case 'booked':
        return Page.public('scheduling/candidate-link/booked', bookedView(link));
      case 'choose':
        return Page.public('scheduling/candidate-link/choose', chooseView(link));
      case 'revoked':
        return closedLinkPage(
          'This link was replaced',
          'A newer mail has the link that works. If you cannot find it, answer the mail and ask for a new one.',
          link,
          gone,
        );
      case 'expired':
        return closedLinkPage('This link has expired', 'Answer the mail you got and ask for a new link.', link, gone);
    }
  }
}
