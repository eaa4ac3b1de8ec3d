import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { EmailModule } from '../email/email.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { AccessGuard } from './access.guard.js';
import { AccountController } from './account.controller.js';
import { AccountsService } from './accounts.service.js';
import { ApiTokensService } from './api-tokens.service.js';
import { ChosenOrganizationController } from './chosen-organization.controller.js';
import { DeniedAccess } from './denied-access.service.js';
import { FirstRunService } from './first-run.service.js';
import { InviteAcceptance } from './invites/invite-acceptance.service.js';
import { InviteController } from './invites/invite.controller.js';
import { MemberInvites } from './invites/member-invites.service.js';
import { KnownBrowsers } from './known-browsers.service.js';
import { LockNotices } from './lock-notices.service.js';
import { AccountMails } from './mails/account-mails.service.js';
import { ForgetAccountMailsJob } from './mails/forget-account-mails.job.js';
import { SendAccountMailJob } from './mails/send-account-mail.job.js';
import { MembersService } from './members.service.js';
import { Memberships } from './memberships.service.js';
import { OidcController } from './oidc/oidc.controller.js';
import { OidcProvider } from './oidc/oidc-provider.service.js';
import { ProvidedPeople } from './oidc/provided-people.service.js';
import { OrgsService } from './orgs.service.js';
import { OwnPassword } from './own-password.service.js';
import { OwnSessions } from './own-sessions.service.js';
import { PasswordChanges } from './password-changes.service.js';
import { PasswordResetController } from './password-reset/password-reset.controller.js';
import { PasswordResets } from './password-reset/password-resets.service.js';
import { Reauthentication } from './reauthentication.service.js';
import { SecondFactorController } from './second-factor.controller.js';
import { SecondFactors } from './second-factors.service.js';
import { SessionController } from './session.controller.js';
import { SetupController } from './setup.controller.js';
import { SignInActivity } from './sign-in-activity.service.js';
import { SignInCodeController } from './sign-in-code.controller.js';
import { SignInCodes } from './sign-in-codes.service.js';
import { SignInLimits } from './sign-in-limits.service.js';
import { SignInService } from './sign-in.service.js';

@Global()
@Module({
  imports: [EmailModule, JobsModule],
  controllers: [
    AccountController,
    ChosenOrganizationController,
    InviteController,
    PasswordResetController,
    OidcController,
    SecondFactorController,
    SessionController,
    SetupController,
    SignInCodeController,
  ],
  providers: [
    AccountMails,
    AccountsService,
    ApiTokensService,
    DeniedAccess,
    FirstRunService,
    ForgetAccountMailsJob,
    InviteAcceptance,
    KnownBrowsers,
    LockNotices,
    MemberInvites,
    MembersService,
    Memberships,
    OidcProvider,
    OrgsService,
    OwnPassword,
    OwnSessions,
    PasswordChanges,
    PasswordResets,
    ProvidedPeople,
    Reauthentication,
    SecondFactors,
    SendAccountMailJob,
    SignInActivity,
    SignInCodes,
    SignInLimits,
    SignInService,
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [AccountMails, AccountsService, ApiTokensService, MemberInvites, Memberships, OrgsService, Reauthentication],
})
export class AccountsModule {}
