import { Module } from '@nestjs/common';
import { CalComModule } from '../cal-com/cal-com.module.js';
import { EmailModule } from '../email/email.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { BookingNews } from './cal-com/booking-news.service.js';
import { CalComDeliveriesService } from './cal-com/cal-com-deliveries.service.js';
import { CalComWebhookController } from './cal-com/cal-com-webhook.controller.js';
import { ForgetPayloadsJob } from './cal-com/forget-payloads.job.js';
import { VerifiedEndpoints } from './cal-com/verified-endpoints.service.js';
import { RecordResendReportsJob } from './record-resend-reports.job.js';
import { ResendWebhookController } from './resend-webhook.controller.js';
import { UnsignedCalls } from './unsigned-calls.service.js';
import { WebhookDeliveriesService } from './webhook-deliveries.service.js';

@Module({
  imports: [JobsModule, EmailModule, CalComModule],
  controllers: [ResendWebhookController, CalComWebhookController],
  providers: [
    WebhookDeliveriesService,
    UnsignedCalls,
    RecordResendReportsJob,
    CalComDeliveriesService,
    BookingNews,
    VerifiedEndpoints,
    ForgetPayloadsJob,
  ],
  exports: [WebhookDeliveriesService],
})
export class WebhooksModule {}
