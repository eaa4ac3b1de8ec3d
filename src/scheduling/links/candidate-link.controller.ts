import { Controller, Get, Param, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Public } from '../../accounts/access.decorator.js';
import { fullTime, longRange } from '../../shared/zoned-time.js';
import { Page } from '../../web/page.js';
import { bookingPageAddress } from './candidate-address.js';
import { CandidateLinkService, type LinkRow } from './candidate-link.service.js';
import type { BookedView, ChooseView, ClosedView } from './candidate-link.view.js';

/** The token of test mails: shows what a candidate would see, and belongs to nobody. */
export const sampleToken = 'sample';

/** The candidate's own page. Looking at it changes nothing but a counter, because mail scanners look first. */
@Public()
@Controller('i')
export class CandidateLinkController {
  constructor(private readonly links: CandidateLinkService) {}

  @Get(':token')
  async show(@Req() request: Request, @Param('token') token: string): Promise<Page> {
    if (token === sampleToken) {
      return closed('This is a sample link', 'It came with a test mail. Each candidate gets a personal link in its place.', null);
    }
    const opened = await this.links.open(token);
    if (opened.kind === 'unknown') {
      return closed('We do not know this link', 'Perhaps a part of it is missing. Open it from the mail again, or answer that mail.', null, 404);
    }
    if (request.method === 'GET') {
      await this.links.countOpen(opened.link.id);
    }
    const { link } = opened;
    switch (opened.kind) {
      case 'booked':
        return Page.public('scheduling/candidate-link/booked', bookedView(link));
      case 'choose':
        return link.bookingPage
          ? Page.public('scheduling/candidate-link/choose', chooseView(link, link.bookingPage))
          : closed('Times are not open right now', 'Please answer the mail, and we will find a time for you.', link, 410);
      case 'revoked':
        return closed('This link was replaced', 'A newer mail has the link that works. If you cannot find it, ask for a new one.', link, 410);
      default:
        return closed('This link has expired', 'Ask for a new link: answer the mail you got, and you will get one.', link, 410);
    }
  }
}

function chooseView(link: LinkRow, bookingPage: string): ChooseView {
  return {
    title: 'Choose a time for your interview',
    orgName: link.orgName,
    firstName: firstName(link),
    what: whatOf(link),
    forWhat: link.assessmentTitle,
    href: bookingPageAddress(bookingPage, {
      name: link.candidateName,
      email: link.candidateEmail,
      ref: link.ref,
      lengthInMinutes: link.lengthInMinutes,
    }),
    host: new URL(bookingPage).host,
    worksUntil: fullTime(link.expiresAt, link.timeZone),
    contact: link.contact,
  };
}

function bookedView(link: LinkRow): BookedView {
  const booking = link.booking!;
  const web = new URL(booking.bookingUrl).origin;
  return {
    title: booking.pending ? 'Your time waits for a yes' : 'You are booked',
    orgName: link.orgName,
    firstName: firstName(link),
    pending: booking.pending,
    what: whatOf(link),
    forWhat: link.assessmentTitle,
    when: longRange(new Date(booking.startTime), new Date(booking.endTime), link.timeZone),
    rescheduleHref: `${web}/reschedule/${encodeURIComponent(booking.bookingId)}`,
    cancelHref: `${web}/booking/${encodeURIComponent(booking.bookingId)}?cancel=true`,
    contact: link.contact,
  };
}

function closed(title: string, text: string, link: LinkRow | null, status = 200): Page {
  const view: ClosedView = { title, text, orgName: link?.orgName ?? null, contact: link?.contact ?? null };
  return Page.public('scheduling/candidate-link/closed', view, status);
}

function whatOf(link: LinkRow): string {
  return [link.eventTypeTitle ?? 'Interview', link.eventTypeMinutes && `${link.eventTypeMinutes} minutes`].filter(Boolean).join(', ');
}

function firstName(link: LinkRow): string {
  return link.candidateName.trim().split(/\s+/)[0]!;
}
