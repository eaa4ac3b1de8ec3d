import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Jobs } from '../../jobs/jobs.service.js';
import { ErasuresService, erasureQueue } from './erasures.service.js';

/** Comes by itself too, for what a crash left half done. */
const cron = '*/10 * * * *';

/** Erases people in chunks; what a replica began and did not end, the next one takes up. */
@Injectable()
export class ErasePeopleJob implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly erasures: ErasuresService,
  ) {}

  onModuleInit(): void {
    const options = { cron, atStart: true, oneWaitingPerKey: true, expireInSeconds: 3_600 };
    this.jobs.register(erasureQueue, () => this.erasures.workOff(), options);
  }
}
