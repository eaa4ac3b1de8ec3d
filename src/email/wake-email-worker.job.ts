import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Jobs } from '../jobs/jobs.service.js';
import { EmailWorker } from './delivery/email-worker.service.js';

export const wakeQueue = 'wake-email-worker';

/** Only a hint that something is due: the worker also looks by itself, so a lost job costs a second. */
@Injectable()
export class WakeEmailWorkerJob implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly worker: EmailWorker,
  ) {}

  onModuleInit(): void {
    this.jobs.register(wakeQueue, async () => this.worker.wake(), { retryLimit: 0 });
  }
}
