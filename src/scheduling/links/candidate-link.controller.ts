import { Controller, Get, Param, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Public } from '../../accounts/access.decorator.js';
import { Page } from '../../web/page.js';
import { CandidateLinkService, type LinkRow } from './candidate-link.service.js';
import { bookedView, chooseView, closedView } from './candidate-link.view.js';
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
      return closed(
        'This is a sample link',
        'It came with a test mail. Each candidate gets a personal link in its place.',
        null,
        200,
      );
    }
    const opened = await this.links.open(token);
    if (opened.kind === 'unknown') {
      return closed(
        'We do not know this link',
        'Perhaps a part of it is missing. Open it from the mail again, or answer that mail.',
        null,
        404,
      );
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
        return closed(
          'This link was replaced',
          'A newer mail has the link that works. If you cannot find it, answer the mail and ask for a new one.',
          link,
          gone,
        );
      case 'expired':
        return closed('This link has expired', 'Answer the mail you got and ask for a new link.', link, gone);
    }
  }
}

function closed(heading: string, text: string, link: LinkRow | null, status: number): Page {
  return Page.public('scheduling/candidate-link/closed', closedView(heading, text, link), status);
}
