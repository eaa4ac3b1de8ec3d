import { DataSource, type DataSourceOptions } from 'typeorm';
import { CreateAccounts1795000000000 } from './migrations/1795000000000-create-accounts.js';
import { CreateCandidates1795000001000 } from './migrations/1795000001000-create-candidates.js';
import { CreateCalCom1795000002000 } from './migrations/1795000002000-create-cal-com.js';
import { CreateBookingLinks1795000003000 } from './migrations/1795000003000-create-booking-links.js';
import { CreateEmails1795000004000 } from './migrations/1795000004000-create-emails.js';
import { CreateBookingClaims1795000005000 } from './migrations/1795000005000-create-booking-claims.js';
import { CreateIdempotencyKeys1795000006000 } from './migrations/1795000006000-create-idempotency-keys.js';
import { CreateSuppressions1795000007000 } from './migrations/1795000007000-create-suppressions.js';
import { CreateWebhookDeliveries1795000008000 } from './migrations/1795000008000-create-webhook-deliveries.js';
import { AddMailPace1795000009000 } from './migrations/1795000009000-add-mail-pace.js';
import { AddMailReports1795000010000 } from './migrations/1795000010000-add-mail-reports.js';
import { IndexEmailsInTrouble1795000013000 } from './migrations/1795000013000-index-emails-in-trouble.js';
import { TellWhetherMailMayHaveLeft1795000014000 } from './migrations/1795000014000-tell-whether-mail-may-have-left.js';
import { IndexDueEmailsByOrganization1795000016000 } from './migrations/1795000016000-index-due-emails-by-organization.js';
import { AddBookingSync1795000020000 } from './migrations/1795000020000-add-booking-sync.js';
import { AddWebhookRegistration1795000021000 } from './migrations/1795000021000-add-webhook-registration.js';
import { IndexDeliveriesByAge1795000021100 } from './migrations/1795000021100-index-deliveries-by-age.js';
import { AddBookingChains1795000022000 } from './migrations/1795000022000-add-booking-chains.js';
import { AddBookingsDue1795000022100 } from './migrations/1795000022100-add-bookings-due.js';
import { IndexLinksByEventType1795000022200 } from './migrations/1795000022200-index-links-by-event-type.js';
import { CreateBulkActions1795000023000 } from './migrations/1795000023000-create-bulk-actions.js';
import { CreateCandidateRequests1795000024000 } from './migrations/1795000024000-create-candidate-requests.js';
import { CreateFreeTimes1795000024100 } from './migrations/1795000024100-create-free-times.js';
import { CreateBookingAssignments1795000025000 } from './migrations/1795000025000-create-booking-assignments.js';
import { AddBrandColor1795000026000 } from './migrations/1795000026000-add-brand-color.js';
import { CreateCustomTemplates1795000026010 } from './migrations/1795000026010-create-custom-templates.js';
import { AddConfirmationMails1795000025100 } from './migrations/1795000025100-add-confirmation-mails.js';
import { AddConnectedCalendars1795000027000 } from './migrations/1795000027000-add-connected-calendars.js';
import { CreateApiTokens1795000028000 } from './migrations/1795000028000-create-api-tokens.js';
import { CreateRateLimits1795000028100 } from './migrations/1795000028100-create-rate-limits.js';
import { CreateSecondFactors1795000028200 } from './migrations/1795000028200-create-second-factors.js';
import { CreateActivity1795000032000 } from './migrations/1795000032000-create-activity.js';
import { CreateAccountMails1795000030000 } from './migrations/1795000030000-create-account-mails.js';
import { CreatePasswordResets1795000030100 } from './migrations/1795000030100-create-password-resets.js';
import { AddMailSender1795000029000 } from './migrations/1795000029000-add-mail-sender.js';
import { CreateMemberInvites1795000031000 } from './migrations/1795000031000-create-member-invites.js';
import { AskOrganizationsForSecondFactors1795000031100 } from './migrations/1795000031100-ask-organizations-for-second-factors.js';
import { NoteWhereMembersAre1795000031200 } from './migrations/1795000031200-note-where-members-are.js';
import { IndexQueuedAddresses1795000012000 } from './migrations/1795000012000-index-queued-addresses.js';
import { KeepWebhookPayloadsAsText1795000011000 } from './migrations/1795000011000-keep-webhook-payloads-as-text.js';
import { IndexProviderIds1795000011100 } from './migrations/1795000011100-index-provider-ids.js';
import { AccountMail } from './src/accounts/mails/account-mail.entity.js';
import { CreateUserIdentities1795000033000 } from './migrations/1795000033000-create-user-identities.js';
import { IndexDeliveriesToPassOn1795000034000 } from './migrations/1795000034000-index-deliveries-to-pass-on.js';
import { CreateCandidateNotes1795000035000 } from './migrations/1795000035000-create-candidate-notes.js';
import { IndexInvitationsBySubmission1795000036000 } from './migrations/1795000036000-index-invitations-by-submission.js';
import { IndexNamesAndAddresses1795000036100 } from './migrations/1795000036100-index-names-and-addresses.js';
import { CreateCandidateImports1795000037000 } from './migrations/1795000037000-create-candidate-imports.js';
import { CreateCandidateStates1795000038000 } from './migrations/1795000038000-create-candidate-states.js';
import { IndexMailedCandidates1795000038100 } from './migrations/1795000038100-index-mailed-candidates.js';
import { KeepAddressesInStates1795000038200 } from './migrations/1795000038200-keep-addresses-in-states.js';
import { CreateErasures1795000039000 } from './migrations/1795000039000-create-erasures.js';
import { ApiToken } from './src/accounts/api-token.entity.js';
import { MemberInvite } from './src/accounts/invites/member-invite.entity.js';
import { UserIdentity } from './src/accounts/oidc/user-identity.entity.js';
import { Membership } from './src/accounts/membership.entity.js';
import { Org } from './src/accounts/org.entity.js';
import { PasswordReset } from './src/accounts/password-reset/password-reset.entity.js';
import { RecoveryCode } from './src/accounts/recovery-code.entity.js';
import { SecondFactor } from './src/accounts/second-factor.entity.js';
import { Session } from './src/accounts/session.entity.js';
import { SetupToken } from './src/accounts/setup-token.entity.js';
import { User } from './src/accounts/user.entity.js';
import { Activity } from './src/activity/activity.entity.js';
import { CalComBooking } from './src/cal-com/cal-com-booking.entity.js';
import { CalComConfig } from './src/cal-com/cal-com-config.entity.js';
import { CalComEventType } from './src/cal-com/cal-com-event-type.entity.js';
import { Assessment } from './src/candidates/assessment.entity.js';
import { CandidateImportFault } from './src/candidates/imports/candidate-import-fault.entity.js';
import { CandidateImportPiece } from './src/candidates/imports/candidate-import-piece.entity.js';
import { CandidateImport } from './src/candidates/imports/candidate-import.entity.js';
import { ImportColumn } from './src/candidates/imports/import-column.entity.js';
import { Invitation } from './src/candidates/invitation.entity.js';
import { Tombstone } from './src/candidates/tombstone.entity.js';
import { readSettings } from './src/config/read-settings.js';
import { CustomTemplate } from './src/email/custom-template.entity.js';
import { EmailBatch } from './src/email/email-batch.entity.js';
import { EmailEvent } from './src/email/email-event.entity.js';
import { EmailRateGate } from './src/email/email-rate-gate.entity.js';
import { EmailTemplate } from './src/email/email-template.entity.js';
import { Email } from './src/email/email.entity.js';
import { ErasedSuppression } from './src/email/erased-suppression.entity.js';
import { Suppression } from './src/email/suppression.entity.js';
import { FingerprintKey } from './src/encryption/fingerprint-key.entity.js';
import { RateLimit } from './src/limits/rate-limit.entity.js';
import { IdempotencyKey } from './src/scheduling/api/idempotency/idempotency-key.entity.js';
import { BookingAssignmentRow } from './src/scheduling/bookings/assignments/booking-assignment-row.entity.js';
import { BookingAssignment } from './src/scheduling/bookings/assignments/booking-assignment.entity.js';
import { BookingClaim } from './src/scheduling/bookings/booking-claim.entity.js';
import { BulkActionRow } from './src/scheduling/bookings/bulk/bulk-action-row.entity.js';
import { BulkAction } from './src/scheduling/bookings/bulk/bulk-action.entity.js';
import { ErasureRow } from './src/scheduling/erasure/erasure-row.entity.js';
import { Erasure } from './src/scheduling/erasure/erasure.entity.js';
import { FreeTimes } from './src/scheduling/free-times/free-times.entity.js';
import { BookingLink } from './src/scheduling/links/booking-link.entity.js';
import { CreateRetentionRules1795000041000 } from './migrations/1795000041000-create-retention-rules.js';
import { IndexBookingsAhead1795000042000 } from './migrations/1795000042000-index-bookings-ahead.js';
import { DropListIndexesOfInvitations1795000042100 } from './migrations/1795000042100-drop-list-indexes-of-invitations.js';
import { IndexRunningSends1795000043000 } from './migrations/1795000043000-index-running-sends.js';
import { NoteSendsOfKeys1795000043100 } from './migrations/1795000043100-note-sends-of-keys.js';
import { KeepWhatIsToSettle1795000044000 } from './migrations/1795000044000-keep-what-is-to-settle.js';
import { CreateSelections1795000040000 } from './migrations/1795000040000-create-selections.js';
import { CreateSavedViews1795000040100 } from './migrations/1795000040100-create-saved-views.js';
import { SavedView } from './src/scheduling/candidates/views/saved-view.entity.js';
import { Selection } from './src/scheduling/candidates/selection.entity.js';
import { CandidateNote } from './src/scheduling/candidates/one/candidate-note.entity.js';
import { CandidateCount } from './src/scheduling/candidates/states/candidate-count.entity.js';
import { CandidateState } from './src/scheduling/candidates/states/candidate-state.entity.js';
import { ChoosingCount } from './src/scheduling/candidates/states/choosing-count.entity.js';
import { StaleCandidate } from './src/scheduling/candidates/states/stale-candidate.entity.js';
import { AssessmentRetention } from './src/scheduling/retention/assessment-retention.entity.js';
import { RetentionRule } from './src/scheduling/retention/retention-rule.entity.js';
import { CandidateRequest } from './src/scheduling/requests/candidate-request.entity.js';
import { Send } from './src/scheduling/sends/send.entity.js';
import { WebhookDelivery } from './src/webhooks/webhook-delivery.entity.js';
import { SnakeNaming } from './src/database/snake-naming.js';

/** The one definition of the connection: for the app, the tests and the TypeORM command line. */
export function dataSourceOptions(url: string): DataSourceOptions {
  return {
    type: 'postgres',
    url,
    entities: [
      Org,
      User,
      Membership,
      UserIdentity,
      MemberInvite,
      ApiToken,
      SecondFactor,
      RecoveryCode,
      Session,
      SetupToken,
      FingerprintKey,
      AccountMail,
      PasswordReset,
      Assessment,
      Invitation,
      CandidateImport,
      CandidateImportPiece,
      CandidateImportFault,
      ImportColumn,
      Tombstone,
      CalComConfig,
      CalComEventType,
      CalComBooking,
      EmailBatch,
      EmailEvent,
      EmailRateGate,
      CustomTemplate,
      EmailTemplate,
      Email,
      Suppression,
      ErasedSuppression,
      BookingLink,
      CandidateNote,
      CandidateRequest,
      CandidateState,
      StaleCandidate,
      CandidateCount,
      ChoosingCount,
      FreeTimes,
      SavedView,
      Selection,
      Erasure,
      ErasureRow,
      RetentionRule,
      AssessmentRetention,
      Send,
      BookingClaim,
      BookingAssignment,
      BookingAssignmentRow,
      BulkAction,
      BulkActionRow,
      IdempotencyKey,
      WebhookDelivery,
      RateLimit,
      Activity,
    ],
    migrations: [
      CreateAccounts1795000000000,
      CreateCandidates1795000001000,
      CreateCalCom1795000002000,
      CreateBookingLinks1795000003000,
      CreateEmails1795000004000,
      CreateBookingClaims1795000005000,
      CreateIdempotencyKeys1795000006000,
      CreateSuppressions1795000007000,
      CreateWebhookDeliveries1795000008000,
      AddMailPace1795000009000,
      AddMailReports1795000010000,
      KeepWebhookPayloadsAsText1795000011000,
      IndexProviderIds1795000011100,
      IndexQueuedAddresses1795000012000,
      IndexEmailsInTrouble1795000013000,
      TellWhetherMailMayHaveLeft1795000014000,
      IndexDueEmailsByOrganization1795000016000,
      AddBookingSync1795000020000,
      AddWebhookRegistration1795000021000,
      IndexDeliveriesByAge1795000021100,
      AddBookingChains1795000022000,
      AddBookingsDue1795000022100,
      IndexLinksByEventType1795000022200,
      CreateBulkActions1795000023000,
      CreateCandidateRequests1795000024000,
      CreateFreeTimes1795000024100,
      CreateBookingAssignments1795000025000,
      AddConfirmationMails1795000025100,
      AddBrandColor1795000026000,
      CreateCustomTemplates1795000026010,
      AddConnectedCalendars1795000027000,
      CreateApiTokens1795000028000,
      CreateRateLimits1795000028100,
      CreateSecondFactors1795000028200,
      AddMailSender1795000029000,
      CreateAccountMails1795000030000,
      CreatePasswordResets1795000030100,
      CreateMemberInvites1795000031000,
      AskOrganizationsForSecondFactors1795000031100,
      NoteWhereMembersAre1795000031200,
      CreateActivity1795000032000,
      CreateUserIdentities1795000033000,
      IndexDeliveriesToPassOn1795000034000,
      CreateCandidateNotes1795000035000,
      IndexInvitationsBySubmission1795000036000,
      IndexNamesAndAddresses1795000036100,
      CreateCandidateImports1795000037000,
      CreateCandidateStates1795000038000,
      IndexMailedCandidates1795000038100,
      KeepAddressesInStates1795000038200,
      CreateErasures1795000039000,
      CreateSelections1795000040000,
      CreateSavedViews1795000040100,
      CreateRetentionRules1795000041000,
      IndexBookingsAhead1795000042000,
      DropListIndexesOfInvitations1795000042100,
      IndexRunningSends1795000043000,
      NoteSendsOfKeys1795000043100,
      KeepWhatIsToSettle1795000044000,
    ],
    migrationsTableName: 'migrations',
    namingStrategy: new SnakeNaming(),
    uuidExtension: 'pgcrypto',
    installExtensions: false,
    extra: { max: 20, connectionTimeoutMillis: 10_000 },
  };
}

export function createDataSource(url: string): DataSource {
  return new DataSource(dataSourceOptions(url));
}

/** For `npm run typeorm`: needs `DATABASE_URL`. */
export function commandLineDataSource(): DataSource {
  return createDataSource(readSettings().databaseUrl ?? '');
}
