import { Global, Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { AccessGuard } from './access.guard.js';
import { AccountsService } from './accounts.service.js';
import { ApiTokensService } from './api-tokens.service.js';
import { FirstRunService } from './first-run.service.js';
import { MembersService } from './members.service.js';
import { OrgsService } from './orgs.service.js';
import { SessionController } from './session.controller.js';
import { SetupController } from './setup.controller.js';

@Global()
@Module({
  controllers: [SessionController, SetupController],
  providers: [
    AccountsService,
    ApiTokensService,
    FirstRunService,
    MembersService,
    OrgsService,
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [AccountsService, ApiTokensService, OrgsService],
})
export class AccountsModule {}
