import type { DataSource, EntityManager } from 'typeorm';
import { recordActivity } from '../../../activity/record-activity.js';
import type { Jobs } from '../../../jobs/jobs.service.js';
import type { Actor } from '../../../shared/actor.js';
import { heldForSeconds } from '../booking-claims.service.js';

export type WorkState = 'waiting' | 'working' | 'done' | 'failed' | 'stopped';

/** Where such rows are: their table, the column of the list they are part of, the column of what each is about. */
export interface WorkPlace {
  readonly queue: string;
  readonly table: string;
  readonly list: string;
  readonly subject: string;
  /** What such a list is called where it is noted what somebody did. */
  readonly noted: 'bulk-action' | 'assignment';
}

/** What a job is given: whose list, and which. */
export interface WorkJob {
  readonly orgId: string;
  readonly listId: string;
}

export interface Settlement {
  readonly state: WorkState;
  readonly reason: string | null;
  /** Nothing more is to be tried before. */
  readonly pauseUntil?: Date;
}

/** Whoever claimed a candidate must have let go before the row is taken over. */
const longerThanAnyClaimSeconds = heldForSeconds + 30;
/** A job that takes longer makes way for others and goes on later. */
const longestTurnMs = 120_000;

/**
 * The rows of a list that a job works off one after another. `working` is a claim: after a while another replica takes
 * it over.
 */
export class WorkRows {
  constructor(
    private readonly dataSource: DataSource,
    private readonly jobs: Jobs,
    private readonly place: WorkPlace,
  ) {}

  /** A row that nobody expected to fail is not left as if somebody worked on it. */
  async workOff(job: WorkJob, act: (subjectId: string) => Promise<Settlement>): Promise<void> {
    const until = Date.now() + longestTurnMs;
    for (let id = await this.claim(job); id; id = await this.claim(job)) {
      const settlement = await this.actOrGiveUp(job, id, act);
      await this.settle(job, id, settlement);
      if (settlement.pauseUntil ?? Date.now() > until) {
        return this.wake(this.dataSource.manager, job, settlement.pauseUntil);
      }
    }
    const heldUntil = await this.heldUntil(job);
    if (heldUntil) {
      await this.wake(this.dataSource.manager, job, heldUntil);
    }
  }

  /** Part of the caller's transaction. */
  async wake(manager: EntityManager, job: WorkJob, startAfter?: Date): Promise<void> {
    const options = { key: job.listId, ...(startAfter && { startAfter }) };
    await this.jobs.enqueue(manager, this.place.queue, job, options);
  }

  /** The failed ones once more; how many. What was stopped stays so. */
  async retryFailed(actor: Actor, listId: string): Promise<number> {
    const job = { orgId: actor.orgId, listId };
    return this.dataSource.transaction(async (manager) => {
      const count = await this.turn(manager, job, { from: 'failed', to: 'waiting' });
      if (count > 0) {
        await this.wake(manager, job);
        await this.note(manager, actor, 'retried', { listId, count });
      }
      return count;
    });
  }

  /** What has not begun does not begin any more; how many. */
  async stop(actor: Actor, listId: string): Promise<number> {
    return this.dataSource.transaction(async (manager) => {
      const job = { orgId: actor.orgId, listId };
      const count = await this.turn(manager, job, { from: 'waiting', to: 'stopped' });
      if (count > 0) {
        await this.note(manager, actor, 'stopped', { listId, count });
      }
      return count;
    });
  }

  private async note(
    manager: EntityManager,
    actor: Actor,
    deed: 'retried' | 'stopped',
    { listId, count }: { listId: string; count: number },
  ): Promise<void> {
    const { noted } = this.place;
    const subject = { type: noted, id: listId };
    await recordActivity(manager, actor, { action: `${noted}.${deed}`, subject, after: { count } });
  }

  private async actOrGiveUp(
    job: WorkJob,
    id: string,
    act: (subjectId: string) => Promise<Settlement>,
  ): Promise<Settlement> {
    try {
      return await act(id);
    } catch (error) {
      await this.settle(job, id, { state: 'failed', reason: 'Something went wrong here. Try it again.' });
      throw error;
    }
  }

  /** Takes the next row that waits, or one whose worker died; null when there is none. */
  private async claim({ orgId, listId }: WorkJob): Promise<string | null> {
    const { table, list, subject } = this.place;
    const [rows] = await this.dataSource.query<[{ id: string }[], number]>(
      `update ${table} set state = 'working', state_at = clock_timestamp()
        where (${list}, ${subject}) in (
           select ${list}, ${subject} from ${table}
            where org_id = $1 and ${list} = $2
              and (state = 'waiting' or (state = 'working' and state_at < clock_timestamp() - make_interval(secs => $3)))
            order by position limit 1 for update skip locked)
       returning ${subject} id`,
      [orgId, listId, longerThanAnyClaimSeconds],
    );
    return rows[0]?.id ?? null;
  }

  private async settle({ orgId, listId }: WorkJob, id: string, { state, reason }: Settlement): Promise<void> {
    const { table, list, subject } = this.place;
    await this.dataSource.query(
      `update ${table} set state = $4, reason = $5, state_at = clock_timestamp()
        where org_id = $1 and ${list} = $2 and ${subject} = $3 and state = 'working'`,
      [orgId, listId, id, state, reason],
    );
  }

  /** When the first claim of others runs out: should its worker have died, somebody has to look then. */
  private async heldUntil({ orgId, listId }: WorkJob): Promise<Date | null> {
    const { table, list } = this.place;
    const [row] = await this.dataSource.query<{ until: Date | null }[]>(
      `select min(state_at) + make_interval(secs => $3) until from ${table}
        where org_id = $1 and ${list} = $2 and state = 'working'`,
      [orgId, listId, longerThanAnyClaimSeconds],
    );
    return row!.until;
  }

  private async turn(
    manager: EntityManager,
    { orgId, listId }: WorkJob,
    { from, to }: { from: WorkState; to: WorkState },
  ): Promise<number> {
    const { table, list } = this.place;
    const [, count] = await manager.query<[unknown[], number]>(
      `update ${table} set state = $4, reason = null, state_at = clock_timestamp()
        where org_id = $1 and ${list} = $2 and state = $3`,
      [orgId, listId, from, to],
    );
    return count;
  }
}
