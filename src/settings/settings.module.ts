import { Module } from '@nestjs/common';
import { CalComModule } from '../cal-com/cal-com.module.js';
import { EmailModule } from '../email/email.module.js';
import { CalComSettingsPage } from './cal-com/cal-com-settings-page.service.js';
import { CalComSettingsController } from './cal-com/cal-com-settings.controller.js';
import { EventTypesController } from './cal-com/event-types.controller.js';
import { MailSettingsController } from './email/mail-settings.controller.js';
import { MailSettingsService } from './email/mail-settings.service.js';
import { SuppressionsController } from './email/suppressions.controller.js';
import { OrganizationController } from './organization/organization.controller.js';
import { OrganizationService } from './organization/organization.service.js';

@Module({
  imports: [CalComModule, EmailModule],
  controllers: [
    CalComSettingsController,
    EventTypesController,
    MailSettingsController,
    OrganizationController,
    SuppressionsController,
  ],
  providers: [
    CalComSettingsPage,
    MailSettingsService,
    OrganizationService,
  ],
})
export class SettingsModule {}
