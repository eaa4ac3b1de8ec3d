import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Jobs } from '../../jobs/jobs.service.js';

const queue = 'forget-account-mails';
const hourly = '41 * * * *';
const keptDays = 30;
const lostAfterHours = 2;

/** Who was written to about an account is nobody's business after a while; a token whose job was lost goes soon. */
@Injectable()
export class ForgetAccountMailsJob implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly dataSource: DataSource,
  ) {}

  onModuleInit(): void {
    this.jobs.register(queue, () => this.forget(), { cron: hourly, oneWaitingPerKey: true });
  }

  async forget(): Promise<void> {
    await this.dataSource.query(`delete from account_mails where created_at < now() - make_interval(days => $1)`, [
      keptDays,
    ]);
    await this.dataSource.query(`delete from password_resets where expires_at < now() - make_interval(days => $1)`, [
      keptDays,
    ]);
    await this.dataSource.query(
      `update account_mails set state = 'given_up', sealed_token = null, settled_at = now()
        where state = 'waiting' and created_at < now() - make_interval(hours => $1)`,
      [lostAfterHours],
    );
  }
}
