import { Global, Module } from '@nestjs/common';
import { CalComModule } from '../cal-com/cal-com.module.js';
import { CandidatesModule } from '../candidates/candidates.module.js';
import { EmailModule } from '../email/email.module.js';
import { SIDEBAR_COUNTER } from '../web/shell.js';
import { CandidateListService } from './candidates/candidate-list.service.js';
import { CandidatesController } from './candidates/candidates.controller.js';
import { CandidatesPageService } from './candidates/candidates-page.service.js';
import { EventTypeChoicesService } from './event-type-choices.service.js';
import { BookingLinksService } from './links/booking-links.service.js';
import { CandidateLinkController } from './links/candidate-link.controller.js';
import { CandidateLinkService } from './links/candidate-link.service.js';
import { DraftPageService } from './sends/draft-page.service.js';
import { EmailPreviewService } from './sends/email-preview.service.js';
import { EmailsController } from './sends/emails.controller.js';
import { SendDispatchService } from './sends/send-dispatch.service.js';
import { SendDraftsService } from './sends/send-drafts.service.js';
import { SendPageService } from './sends/send-page.service.js';
import { SendsController } from './sends/sends.controller.js';
import { SendsService } from './sends/sends.service.js';
import { TestMailService } from './sends/test-mail.service.js';
import { SidebarCountsService } from './sidebar-counts.service.js';

/** The product: candidates, their links, sends and bookings. Global, so that `web` finds the sidebar's counts. */
@Global()
@Module({
  imports: [CalComModule, CandidatesModule, EmailModule],
  controllers: [CandidatesController, CandidateLinkController, SendsController, EmailsController],
  providers: [
    BookingLinksService,
    CandidateLinkService,
    CandidateListService,
    CandidatesPageService,
    DraftPageService,
    EmailPreviewService,
    EventTypeChoicesService,
    SendDispatchService,
    SendDraftsService,
    SendPageService,
    SendsService,
    TestMailService,
    { provide: SIDEBAR_COUNTER, useClass: SidebarCountsService },
  ],
  exports: [SIDEBAR_COUNTER],
})
export class SchedulingModule {}
