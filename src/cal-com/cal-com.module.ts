import { HttpModule } from '@nestjs/axios';
import { Module } from '@nestjs/common';
import { SETTINGS } from '../config/settings.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { CalComCalendarsService } from './cal-com-calendars.service.js';
import { CalComConfigsService } from './cal-com-configs.service.js';
import { CalComEventTypesService } from './cal-com-event-types.service.js';
import { calComOptions, calComOptionsFor } from './cal-com-options.js';
import { CalComRequests } from './cal-com-requests.js';
import { CalComWebhooksService } from './cal-com-webhooks.service.js';
import { CalComService } from './cal-com.service.js';
import { CheckWebhooksJob } from './check-webhooks.job.js';
import { RegisterWebhookJob } from './register-webhook.job.js';
import { RemoveWebhookJob } from './remove-webhook.job.js';
import { WebhookEndpoints } from './webhook-endpoints.service.js';
import { WebhookRegistration } from './webhook-registration.service.js';

@Module({
  imports: [HttpModule, JobsModule],
  providers: [
    CalComCalendarsService,
    CalComConfigsService,
    CalComEventTypesService,
    CalComRequests,
    CalComService,
    CalComWebhooksService,
    WebhookEndpoints,
    WebhookRegistration,
    CheckWebhooksJob,
    RegisterWebhookJob,
    RemoveWebhookJob,
    { provide: calComOptions, useFactory: calComOptionsFor, inject: [SETTINGS] },
  ],
  exports: [
    CalComCalendarsService,
    CalComConfigsService,
    CalComEventTypesService,
    CalComService,
    CalComWebhooksService,
    WebhookEndpoints,
  ],
})
export class CalComModule {}
