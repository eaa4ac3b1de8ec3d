import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Jobs } from '../../jobs/jobs.service.js';

const queue = 'forget-webhook-payloads';
const daily = '23 3 * * *';
const keptDays = 90;
const perStatement = 5_000;

/** What was told of people is kept for who is curious, and not for ever. */
@Injectable()
export class ForgetPayloadsJob implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly dataSource: DataSource,
  ) {}

  onModuleInit(): void {
    this.jobs.register(queue, () => this.forget(), { cron: daily, oneWaitingPerKey: true });
  }

  async forget(): Promise<void> {
    for (let forgotten = perStatement; forgotten === perStatement;) {
      [, forgotten] = await this.dataSource.query<[unknown, number]>(
        `update webhook_deliveries set payload = null
          where id in (select id from webhook_deliveries
                        where payload is not null and received_at < now() - make_interval(days => $1) limit $2)`,
        [keptDays, perStatement],
      );
    }
  }
}
