import { Global, Module } from '@nestjs/common';
import { ActivityModule } from '../activity/activity.module.js';
import { CalComModule } from '../cal-com/cal-com.module.js';
import { ASSESSMENT_NOTES } from '../candidates/assessment-notes.js';
import { CandidatesModule } from '../candidates/candidates.module.js';
import { EmailModule } from '../email/email.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { SIDEBAR_COUNTER } from '../web/shell.js';
import { BookingsApiController } from './api/bookings/bookings-api.controller.js';
import { BookingsApiService } from './api/bookings/bookings-api.service.js';
import { CalComApiController } from './api/cal-com/cal-com-api.controller.js';
import { FreeTimesService } from './api/cal-com/free-times.service.js';
import { CandidatesApiController } from './api/candidates/candidates-api.controller.js';
import { ApiDocsController } from './api/docs/api-docs.controller.js';
import { ApiDocument } from './api/docs/api-document.service.js';
import { EventTypeLookupService } from './api/event-type-lookup.service.js';
import { IdempotencyKeysService } from './api/idempotency/idempotency-keys.service.js';
import { InvitationsApiController } from './api/invitations/invitations-api.controller.js';
import { UpsertInvitationsService } from './api/invitations/upsert-invitations.service.js';
import { OpenLinksService } from './api/open-links.service.js';
import { SendEmailsService } from './api/sends/send-emails.service.js';
import { SendsApiController } from './api/sends/sends-api.controller.js';
import { AssignmentCheckPageService } from './bookings/assignments/assignment-check-page.service.js';
import { AssignmentCheckController } from './bookings/assignments/assignment-check.controller.js';
import { AssignmentsController } from './bookings/assignments/assignments.controller.js';
import { AssignmentsService } from './bookings/assignments/assignments.service.js';
import { BookAssignedTimesJob } from './bookings/assignments/book-assigned-times.job.js';
import { TimeProposalsService } from './bookings/assignments/time-proposals.service.js';
import { BookingClaimsService } from './bookings/booking-claims.service.js';
import { BookingLookupService } from './bookings/booking-lookup.service.js';
import { BookingRecordsService } from './bookings/booking-records.service.js';
import { BookingsService } from './bookings/bookings.service.js';
import { ActOnBookingsJob } from './bookings/bulk/act-on-bookings.job.js';
import { BulkActionsController } from './bookings/bulk/bulk-actions.controller.js';
import { BulkActionsService } from './bookings/bulk/bulk-actions.service.js';
import { BookingChangesService } from './bookings/changes/booking-changes.service.js';
import { ReinvitationsService } from './bookings/changes/reinvitations.service.js';
import { BookingListService } from './bookings/list/booking-list.service.js';
import { BookingsPageService } from './bookings/list/bookings-page.service.js';
import { BookingsController } from './bookings/list/bookings.controller.js';
import { BookableCandidatesService } from './bookings/new/bookable-candidates.service.js';
import { NewBookingController } from './bookings/new/new-booking.controller.js';
import { NewBookingsService } from './bookings/new-bookings.service.js';
import { AttachmentController } from './bookings/one/attachment.controller.js';
import { BookingDetailsService } from './bookings/one/booking-details.service.js';
import { BookingPageService } from './bookings/one/booking-page.service.js';
import { BookingController } from './bookings/one/booking.controller.js';
import { RescheduleTimesService } from './bookings/one/reschedule-times.service.js';
import { RescheduleController } from './bookings/one/reschedule.controller.js';
import { BookingAttachmentsService } from './bookings/sync/booking-attachments.service.js';
import { BookingOwnersService } from './bookings/sync/booking-owners.service.js';
import { BookingReadingsService } from './bookings/sync/booking-readings.service.js';
import { BookingRechecksService } from './bookings/sync/booking-rechecks.service.js';
import { BookingReconcilerService } from './bookings/sync/booking-reconciler.service.js';
import { BOOKING_SYNC_TIMINGS, defaultBookingSyncTimings } from './bookings/sync/booking-sync-timings.js';
import { BookingSyncService } from './bookings/sync/booking-sync.service.js';
import { FollowHintsJob } from './bookings/sync/follow-hints.job.js';
import { ReconcileBookingsJob } from './bookings/sync/reconcile-bookings.job.js';
import { OfferedTimesService } from './bookings/times/offered-times.service.js';
import { CandidateExportsController } from './candidates/candidate-exports.controller.js';
import { CandidateExports } from './candidates/candidate-exports.service.js';
import { CandidateCounts } from './candidates/candidate-counts.service.js';
import { CandidateListService } from './candidates/candidate-list.service.js';
import { CandidatesController } from './candidates/candidates.controller.js';
import { CandidatesPageService } from './candidates/candidates-page.service.js';
import { FrozenSelectionsService } from './candidates/frozen-selections.service.js';
import { MailReadinessService } from './candidates/mail-readiness.service.js';
import { CandidateController } from './candidates/one/candidate.controller.js';
import { CandidateCopiesController } from './candidates/one/candidate-copies.controller.js';
import { CandidateCopies } from './candidates/one/candidate-copies.service.js';
import { CandidateNotesService } from './candidates/one/candidate-notes.service.js';
import { CandidatePageService } from './candidates/one/candidate-page.service.js';
import { CandidateStoryService } from './candidates/one/candidate-story.service.js';
import { CandidateStates } from './candidates/states/candidate-states.service.js';
import { RefreshCandidateStatesJob } from './candidates/states/refresh-candidate-states.job.js';
import { SelectionsController } from './candidates/selections.controller.js';
import { ErasedCandidatePageService } from './candidates/one/erased-candidate-page.service.js';
import { SelectionsService } from './candidates/selections.service.js';
import { SavedViewsController } from './candidates/views/saved-views.controller.js';
import { SavedViewsService } from './candidates/views/saved-views.service.js';
import { ErasePeopleJob } from './erasure/erase-people.job.js';
import { ErasedBookings } from './erasure/erased-bookings.service.js';
import { ErasuresController } from './erasure/erasures.controller.js';
import { ErasuresService } from './erasure/erasures.service.js';
import { PeopleEraser } from './erasure/people-eraser.service.js';
import { EventTypeChoicesService } from './event-type-choices.service.js';
import { CapacityService } from './free-times/capacity.service.js';
import { FreeTimesCacheService } from './free-times/free-times-cache.service.js';
import { RefreshFreeTimesJob } from './free-times/refresh-free-times.job.js';
import { ConfirmationsService } from './confirmations/confirmations.service.js';
import { BookingLinksService } from './links/booking-links.service.js';
import { BrandController } from './links/brand.controller.js';
import { CandidateLinkController } from './links/candidate-link.controller.js';
import { CandidateLinkService } from './links/candidate-link.service.js';
import { OptOutsService } from './links/opt-outs.service.js';
import { UnsubscribeController } from './links/unsubscribe.controller.js';
import { CandidateRequestsController } from './requests/candidate-requests.controller.js';
import { CandidateRequestsService } from './requests/candidate-requests.service.js';
import { DeclinesService } from './requests/declines.service.js';
import { RequestSettlementController } from './requests/request-settlement.controller.js';
import { FollowRetentionJob } from './retention/follow-retention.job.js';
import { KeptAssessmentsController } from './retention/kept-assessments.controller.js';
import { RetentionNotes } from './retention/retention-notes.service.js';
import { RetentionNotices } from './retention/retention-notices.service.js';
import { RetentionController } from './retention/retention.controller.js';
import { RetentionService } from './retention/retention.service.js';
import { DraftPageService } from './sends/draft-page.service.js';
import { DraftsController } from './sends/drafts.controller.js';
import { EmailPreviewService } from './sends/email-preview.service.js';
import { EmailsController } from './sends/emails.controller.js';
import { SendCancellationService } from './sends/send-cancellation.service.js';
import { SendDispatchService } from './sends/send-dispatch.service.js';
import { SendDraftsService } from './sends/send-drafts.service.js';
import { SendPageService } from './sends/send-page.service.js';
import { SendProgressService } from './sends/send-progress.service.js';
import { SendRetriesService } from './sends/send-retries.service.js';
import { SendingPromptService } from './sends/sending-prompt.service.js';
import { SendsController } from './sends/sends.controller.js';
import { SendsService } from './sends/sends.service.js';
import { TestMailService } from './sends/test-mail.service.js';
import { SidebarCountsService } from './sidebar-counts.service.js';

const api = {
  controllers: [
    ApiDocsController,
    CandidatesApiController,
    InvitationsApiController,
    CalComApiController,
    BookingsApiController,
    SendsApiController,
  ],
  providers: [
    ApiDocument,
    BookingsApiService,
    EventTypeLookupService,
    FreeTimesService,
    IdempotencyKeysService,
    OpenLinksService,
    SendEmailsService,
    UpsertInvitationsService,
  ],
};

const bookingPages = {
  controllers: [
    BookingsController,
    BulkActionsController,
    BookingController,
    RescheduleController,
    AttachmentController,
    NewBookingController,
    AssignmentCheckController,
    AssignmentsController,
  ],
  providers: [
    ActOnBookingsJob,
    AssignmentCheckPageService,
    AssignmentsService,
    BookAssignedTimesJob,
    BookableCandidatesService,
    BulkActionsService,
    BookingChangesService,
    BookingDetailsService,
    BookingListService,
    BookingPageService,
    BookingsPageService,
    OfferedTimesService,
    ReinvitationsService,
    RescheduleTimesService,
    TimeProposalsService,
  ],
};

const bookings = [
  ConfirmationsService,
  BookingClaimsService,
  BookingLookupService,
  BookingRecordsService,
  BookingsService,
  NewBookingsService,
  BookingAttachmentsService,
  BookingOwnersService,
  BookingReadingsService,
  BookingRechecksService,
  BookingReconcilerService,
  BookingSyncService,
  FollowHintsJob,
  ReconcileBookingsJob,
  { provide: BOOKING_SYNC_TIMINGS, useFactory: () => ({ ...defaultBookingSyncTimings }) },
];

/** The product: candidates, their links, sends and bookings. Global, so that lower ranks find what it tells by token. */
@Global()
@Module({
  imports: [ActivityModule, CalComModule, CandidatesModule, EmailModule, JobsModule],
  controllers: [
    CandidatesController,
    SavedViewsController,
    SelectionsController,
    CandidateExportsController,
    CandidateLinkController,
    BrandController,
    UnsubscribeController,
    CandidateRequestsController,
    RequestSettlementController,
    DraftsController,
    SendsController,
    EmailsController,
    ...bookingPages.controllers,
    CandidateController,
    CandidateCopiesController,
    ErasuresController,
    RetentionController,
    KeptAssessmentsController,
    ...api.controllers,
  ],
  providers: [
    ...api.providers,
    ...bookings,
    ...bookingPages.providers,
    BookingLinksService,
    CandidateLinkService,
    CapacityService,
    FreeTimesCacheService,
    RefreshFreeTimesJob,
    CandidateCounts,
    CandidateExports,
    CandidateCopies,
    CandidateListService,
    CandidateNotesService,
    CandidatePageService,
    CandidateRequestsService,
    CandidateStates,
    CandidateStoryService,
    CandidatesPageService,
    MailReadinessService,
    RefreshCandidateStatesJob,
    DeclinesService,
    DraftPageService,
    EmailPreviewService,
    ErasePeopleJob,
    ErasedBookings,
    ErasedCandidatePageService,
    ErasuresService,
    EventTypeChoicesService,
    FrozenSelectionsService,
    SavedViewsService,
    OptOutsService,
    PeopleEraser,
    FollowRetentionJob,
    RetentionNotices,
    RetentionService,
    SelectionsService,
    SendCancellationService,
    SendDispatchService,
    SendDraftsService,
    SendPageService,
    SendProgressService,
    SendRetriesService,
    SendingPromptService,
    SendsService,
    TestMailService,
    { provide: ASSESSMENT_NOTES, useClass: RetentionNotes },
    SidebarCountsService,
    { provide: SIDEBAR_COUNTER, useExisting: SidebarCountsService },
  ],
  exports: [ApiDocument, ASSESSMENT_NOTES, SIDEBAR_COUNTER],
})
export class SchedulingModule {}
