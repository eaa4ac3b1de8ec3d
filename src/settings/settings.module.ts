import { Module } from '@nestjs/common';
import { ActivityModule } from '../activity/activity.module.js';
import { CalComModule } from '../cal-com/cal-com.module.js';
import { EmailModule } from '../email/email.module.js';
import { HealthModule } from '../health/health.module.js';
import { ActivityController } from './activity/activity.controller.js';
import { ActivityExports } from './activity/activity-exports.service.js';
import { ApiTokensController } from './api-tokens/api-tokens.controller.js';
import { CalComSettingsPage } from './cal-com/cal-com-settings-page.service.js';
import { CalComSettingsController } from './cal-com/cal-com-settings.controller.js';
import { ConnectionTestController } from './cal-com/connection-test.controller.js';
import { EventTypesController } from './cal-com/event-types.controller.js';
import { LinkLifeController } from './cal-com/link-life.controller.js';
import { DoctorController } from './doctor/doctor.controller.js';
import { MailSettingsController } from './email/mail-settings.controller.js';
import { MailSettingsService } from './email/mail-settings.service.js';
import { MailTestController } from './email/mail-test.controller.js';
import { SuppressionsController } from './email/suppressions.controller.js';
import { InvitesController } from './members/invites.controller.js';
import { MemberController } from './members/member.controller.js';
import { MembersController } from './members/members.controller.js';
import { MembersPage } from './members/members-page.service.js';
import { OrganizationController } from './organization/organization.controller.js';
import { OrganizationService } from './organization/organization.service.js';
import { TemplatePageService } from './templates/template-page.service.js';
import { TemplatePreviewService } from './templates/template-preview.service.js';
import { TemplateSavingService } from './templates/template-saving.service.js';
import { TemplateVersionsController } from './templates/template-versions.controller.js';
import { TemplateController } from './templates/template.controller.js';
import { TemplatesController } from './templates/templates.controller.js';

@Module({
  imports: [ActivityModule, CalComModule, EmailModule, HealthModule],
  controllers: [
    ActivityController,
    ApiTokensController,
    CalComSettingsController,
    ConnectionTestController,
    DoctorController,
    EventTypesController,
    LinkLifeController,
    InvitesController,
    MailSettingsController,
    MailTestController,
    MembersController,
    MemberController,
    OrganizationController,
    SuppressionsController,
    TemplatesController,
    TemplateController,
    TemplateVersionsController,
  ],
  providers: [
    ActivityExports,
    CalComSettingsPage,
    MailSettingsService,
    MembersPage,
    OrganizationService,
    TemplatePageService,
    TemplatePreviewService,
    TemplateSavingService,
  ],
})
export class SettingsModule {}
