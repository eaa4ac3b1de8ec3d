import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Jobs } from '../../../jobs/jobs.service.js';
import { systemActor } from '../../../shared/actor.js';
import { CandidateStates } from './candidate-states.service.js';

const queue = 'refresh-candidate-states';
const everyMinute = '* * * * *';
const withinMs = 5_000;
const followUpMs = 3_000;

/** What a page that is waited for leaves over, such as an import of a million, and what nobody looks at for now. */
@Injectable()
export class RefreshCandidateStatesJob implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly dataSource: DataSource,
    private readonly states: CandidateStates,
  ) {}

  onModuleInit(): void {
    this.jobs.register(queue, () => this.refresh(), {
      cron: everyMinute,
      atStart: true,
      oneWaitingPerKey: true,
      retryLimit: 0,
    });
  }

  /** What a page could not wait for comes soon, but does not take the machine from a click that follows at once. */
  async followUp(): Promise<void> {
    await this.jobs.enqueue(this.dataSource.manager, queue, {}, { startAfter: new Date(Date.now() + followUpMs) });
  }

  /** Each organization gets its turn before another has all it needs. */
  async refresh(): Promise<void> {
    let isDone = true;
    for (const orgId of await this.states.listStale()) {
      isDone = (await this.states.refresh(systemActor(orgId), withinMs)) && isDone;
    }
    if (!isDone) {
      await this.jobs.enqueue(this.dataSource.manager, queue, {});
    }
  }
}
