import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DeliveryReportsService } from '../email/delivery-reports.service.js';
import { Jobs, type QueueOptions } from '../jobs/jobs.service.js';
import { resendReport } from './resend-report.js';
import { parsedJson } from './untrusted.js';
import { WebhookDeliveriesService, type DeliveryJob } from './webhook-deliveries.service.js';

export const resendQueue = 'record-resend-reports';

/** A large send brings its reports in bursts. */
const options: QueueOptions = { fetchedTogether: 50, concurrency: 2, retryLimit: 10 };

/** Puts what Resend told into the mails it is about. */
@Injectable()
export class RecordResendReportsJob implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly deliveries: WebhookDeliveriesService,
    private readonly reports: DeliveryReportsService,
  ) {}

  onModuleInit(): void {
    this.jobs.register<DeliveryJob>(resendQueue, (job) => this.record(job), options);
  }

  private async record(job: DeliveryJob): Promise<void> {
    await this.deliveries.handle(job, async (manager, { payload, receivedAt }) => {
      const report = resendReport(parsedJson(payload ?? ''), receivedAt);
      if (report) {
        await this.reports.record(manager, report);
      }
    });
  }
}
