import { Module } from '@nestjs/common';
import { EmailModule } from '../email/email.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { RecordResendReportsJob } from './record-resend-reports.job.js';
import { ResendWebhookController } from './resend-webhook.controller.js';
import { WebhookDeliveriesService } from './webhook-deliveries.service.js';

@Module({
  imports: [JobsModule, EmailModule],
  controllers: [ResendWebhookController],
  providers: [WebhookDeliveriesService, RecordResendReportsJob],
  exports: [WebhookDeliveriesService],
})
export class WebhooksModule {}
