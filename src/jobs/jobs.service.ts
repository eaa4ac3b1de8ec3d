import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { PgBoss, type Job, type JobResult } from 'pg-boss';
import type { DataSource, EntityManager } from 'typeorm';
import { transactionAdapter } from './transaction-adapter.js';

/** May run twice for one job, and on any replica. */
export type JobHandler<Data extends object> = (data: Data) => Promise<void>;

export interface QueueOptions {
  /** How many jobs of this queue one replica runs at a time; 1 unless told. */
  readonly concurrency?: number;
  /**
   * How many jobs are fetched at once, to run one after another; 1 unless told. Of jobs that come in a burst, a queue
   * with more than 1 takes the next as soon as it can, and one with 1 looks every two seconds.
   */
  readonly fetchedTogether?: number;
  /** With a `key` at `enqueue`: at most one job per key waits; another one is dropped while it does. */
  readonly oneWaitingPerKey?: boolean;
  /** When a job without data comes by itself, on one replica: `15 3 * * *`, in UTC. */
  readonly cron?: string;
  /** Whether such a job also comes with each start of a replica. */
  readonly atStart?: boolean;
  readonly retryLimit?: number;
  readonly expireInSeconds?: number;
}

export interface EnqueueOptions {
  readonly startAfter?: Date;
  readonly key?: string;
}

export interface NewJob extends EnqueueOptions {
  readonly data: object;
}

interface Queue {
  readonly name: string;
  readonly handler: JobHandler<object>;
  readonly options: QueueOptions;
}

const stopTimeoutMs = 20_000;
const pollingIntervalSeconds = 2;

/**
 * The one job engine: pg-boss in the schema `pgboss` of the same Postgres. Register in `onModuleInit`; the queues
 * start when every module is ready. pg-boss creates its schema under an advisory lock, so replicas may start together.
 */
@Injectable()
export class Jobs implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('jobs');
  private readonly queues: Queue[] = [];
  private readonly boss: PgBoss;
  private started = false;

  constructor(@InjectDataSource() dataSource: DataSource) {
    const { url } = dataSource.options as { url?: string };
    this.boss = new PgBoss({ connectionString: url ?? '', schema: 'pgboss', max: 4, useListenNotify: true });
    this.boss.on('error', (error) => this.logger.error(error));
  }

  register<Data extends object>(name: string, handler: JobHandler<Data>, options: QueueOptions = {}): void {
    if (this.started) {
      throw new Error(`The queue ${name} must be registered before the application has started`);
    }
    this.queues.push({ name, handler: handler as JobHandler<object>, options });
  }

  /** Part of the caller's transaction: the job exists exactly when that commits. */
  async enqueue(manager: EntityManager, name: string, data: object, options: EnqueueOptions = {}): Promise<void> {
    await this.boss.send(name, data, {
      db: transactionAdapter(manager),
      ...(options.startAfter ? { startAfter: options.startAfter } : {}),
      ...(options.key ? { singletonKey: options.key } : {}),
    });
  }

  /** Many at once, in one statement. */
  async enqueueAll(manager: EntityManager, name: string, jobs: readonly NewJob[]): Promise<void> {
    const inserts = jobs.map(({ data, startAfter, key }) => ({
      data,
      ...(startAfter ? { startAfter } : {}),
      ...(key ? { singletonKey: key } : {}),
    }));
    await this.boss.insert(name, inserts, { db: transactionAdapter(manager) });
  }

  async onApplicationBootstrap(): Promise<void> {
    this.started = true;
    await this.boss.start();
    for (const queue of this.queues) {
      await this.serve(queue);
    }
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.started) {
      await this.boss.stop({ graceful: true, timeout: stopTimeoutMs });
    }
  }

  private async serve({ name, handler, options }: Queue): Promise<void> {
    await this.boss.createQueue(name, {
      policy: options.oneWaitingPerKey ? 'short' : 'standard',
      notify: true,
      retryLimit: options.retryLimit ?? 5,
      retryBackoff: true,
      retryDelay: 1,
      expireInSeconds: options.expireInSeconds ?? 300,
      deleteAfterSeconds: 24 * 60 * 60,
    });
    if (options.cron) {
      await this.boss.schedule(name, options.cron, {}, { tz: 'UTC' });
    }
    if (options.atStart) {
      await this.boss.send(name, {});
    }
    const work = {
      localConcurrency: options.concurrency ?? 1,
      // A notification tells of a new job at once; one that starts later is found by looking.
      pollingIntervalSeconds,
      notifyPollingIntervalSeconds: pollingIntervalSeconds,
      batchSize: options.fetchedTogether ?? 1,
      burstWhenBatchFull: true,
      perJobResults: true as const,
    };
    await this.boss.work<object>(name, work, async (jobs) => {
      const results: JobResult[] = [];
      for (const job of jobs) {
        results.push(await this.run(handler, job));
      }
      return results;
    });
  }

  /** One that fails is tried again, and takes no other with it. */
  private async run(handler: JobHandler<object>, { id, data }: Job<object>): Promise<JobResult> {
    try {
      await handler(data);
      return { id, status: 'completed' };
    } catch (error) {
      this.logger.error(error);
      return { id, status: 'failed' };
    }
  }
}
