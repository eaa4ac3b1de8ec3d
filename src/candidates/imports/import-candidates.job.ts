import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Jobs } from '../../jobs/jobs.service.js';
import { importQueue, ImportRuns } from './import-runs.service.js';

const careQueue = 'care-for-candidate-imports';
const everyMinute = '* * * * *';
const keptHours = 24;
const longestRunSeconds = 60 * 60;
/** Whoever works on a file says so every second. */
const lostAfterSeconds = 60;

/** Large files, by whichever replica is free; one whose worker was killed begins anew. */
@Injectable()
export class ImportCandidatesJob implements OnModuleInit {
  constructor(
    private readonly jobs: Jobs,
    private readonly dataSource: DataSource,
    private readonly runs: ImportRuns,
  ) {}

  onModuleInit(): void {
    this.jobs.register<{ importId: string }>(importQueue, ({ importId }) => this.runs.run(importId), {
      expireInSeconds: longestRunSeconds,
    });
    this.jobs.register(careQueue, () => this.care(), { cron: everyMinute, atStart: true, oneWaitingPerKey: true });
  }

  async care(): Promise<void> {
    await this.dataSource.query('delete from candidate_imports where created_at < now() - make_interval(hours => $1)', [
      keptHours,
    ]);
    await this.dataSource.transaction(async (manager) => {
      const [lost] = await manager.query<[{ id: string }[], number]>(
        `update candidate_imports set seen_at = now()
          where state in ('checking', 'importing') and seen_at < now() - make_interval(secs => $1) returning id`,
        [lostAfterSeconds],
      );
      for (const { id } of lost) {
        await this.jobs.enqueue(manager, importQueue, { importId: id });
      }
    });
  }
}
