import { Controller, Get, Param, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Public } from '../../accounts/access.decorator.js';
import type { Page } from '../../web/page.js';
import { candidatePage, sampleLinkPage, unknownLinkPage } from './candidate-link.page.js';
import { CandidateLinkService } from './candidate-link.service.js';
import { sampleToken } from './sample-token.js';

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
    if (request.method === 'GET') {
      await this.links.countOpen(opened.link.id);
    }
    return candidatePage(opened);
  }
}
