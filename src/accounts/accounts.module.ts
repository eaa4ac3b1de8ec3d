import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessGuard } from './access.guard.js';
import { AccountsService } from './accounts.service.js';
import { ApiTokensService } from './api-tokens.service.js';
import { FirstRunService } from './first-run.service.js';
import { KnownBrowsers } from './known-browsers.service.js';
import { MembersService } from './members.service.js';
import { OrgsService } from './orgs.service.js';
import { SessionController } from './session.controller.js';
import { SetupController } from './setup.controller.js';
import { SignInLimits } from './sign-in-limits.service.js';
import { SignInService } from './sign-in.service.js';

@Global()
@Module({
  controllers: [SessionController, SetupController],
  providers: [
    AccountsService,
    ApiTokensService,
    FirstRunService,
    KnownBrowsers,
    MembersService,
    OrgsService,
    SignInLimits,
    SignInService,
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [AccountsService, ApiTokensService, OrgsService],
})
export class AccountsModule {}
