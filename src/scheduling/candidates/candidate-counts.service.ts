import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ask, type Question } from '../../database/ask.js';
import type { Actor } from '../../shared/actor.js';
import {
  isUnfiltered,
  notBookedCondition,
  stateCondition,
  textCondition,
  type CandidateFilter,
} from './candidate-filter.js';
import { candidateScope, type Reach } from './candidate-scope.js';
import { schedulingStatuses, type SchedulingStatus } from './scheduling-status.js';

/** The numbers beside the filters. */
export interface CountsBeside {
  readonly statuses: Readonly<Record<SchedulingStatus, number>>;
  readonly attention: number;
  /** So wide a search that only some were looked at: there are at least so many. */
  readonly areLeast: boolean;
  /** How many there are without any filter. */
  readonly all: number;
}

interface CountRow {
  readonly schedulingStatus: SchedulingStatus;
  readonly needsAttention: boolean;
  readonly count: number;
}

/** How many are kept of a status, and of those how many the filter lets through. */
export interface KeptRow extends CountRow {
  readonly all: number;
}

type Scoped = Pick<Actor, 'orgId'>;

/** So many are read one by one and counted while a page is waited for. */
const fewRows = 10_000;
const sampledRows = 2_000;
/** Of the sampled, so many hold a text that is common: an index would lead to too many. */
const commonHits = 20;

/** How many there are, and from that how to reach them; what is counted anew is never many while a page waits. */
@Injectable()
export class CandidateCounts {
  constructor(private readonly dataSource: DataSource) {}

  /** What is kept for the numbers beside the filters. */
  keptBeside(actor: Scoped, filter: CandidateFilter): Question<readonly KeptRow[]> {
    return keptCounts(actor, besides(filter));
  }

  /** How many there are of each scheduling status and need attention, by the other filters: the two take turns. */
  async countBeside(actor: Scoped, filter: CandidateFilter, kept: readonly KeptRow[]): Promise<CountsBeside> {
    const others = besides(filter);
    const all = kept.reduce((sum, row) => sum + row.all, 0);
    if (isCounted(others)) {
      return { ...beside(kept), areLeast: false, all };
    }
    const reach = await this.reachAll(actor, others);
    return { ...beside(await this.countRows(actor, others, reach)), areLeast: reach === 'slice', all };
  }

  /** How many match; over a text or days, what is many takes its time. */
  async countAll(actor: Scoped, filter: CandidateFilter): Promise<number> {
    return total(
      isCounted(filter)
        ? (await ask(this.dataSource, { kept: keptCounts(actor, filter) })).kept
        : await this.countRows(actor, filter, 'found'),
    );
  }

  /** The cheapest way to the first rows of a page. */
  async reach(actor: Scoped, filter: CandidateFilter, limit: number): Promise<Reach> {
    if (isUnfiltered(filter)) {
      return 'walk';
    }
    const [among, all] = await this.countAmong(actor, filter);
    if (!filter.q) {
      return among * among < limit * all ? 'few' : 'walk';
    }
    return among <= fewRows ? 'few' : (await this.isCommon(actor, filter.q)) ? 'walk' : 'found';
  }

  private async reachAll(actor: Scoped, filter: CandidateFilter): Promise<Reach> {
    const [among] = await this.countAmong(actor, filter);
    if (among <= fewRows) {
      return 'few';
    }
    return filter.q && !(await this.isCommon(actor, filter.q)) ? 'found' : 'slice';
  }

  /** How many there are at most, by what needs no look at the rows. */
  private async countAmong({ orgId }: Scoped, filter: CandidateFilter): Promise<[among: number, all: number]> {
    const { sql, values } = stateCondition(withoutTime(filter));
    const [row] = await this.dataSource.query<[{ among: number; all: number }]>(
      `select coalesce(sum(count) filter (where ${sql}), 0)::int among, coalesce(sum(count), 0)::int "all"
         from candidate_counts where org_id = $1`,
      [orgId, ...values],
    );
    const { notBookedForDays: days } = filter;
    return [Math.min(row.among, days === null ? Infinity : await this.countMailed({ orgId }, days)), row.all];
  }

  /** As far as few go: an index has them by their last mail. */
  private async countMailed({ orgId }: Scoped, days: number): Promise<number> {
    const [row] = await this.dataSource.query<[{ count: number }]>(
      `select count(*)::int count
         from (select from candidate_states where org_id = $1 and ${notBookedCondition('$2')} limit ${fewRows + 1}) mailed`,
      [orgId, days],
    );
    return row.count > fewRows ? Infinity : row.count;
  }

  private async isCommon({ orgId }: Scoped, q: string): Promise<boolean> {
    const { sql, values } = textCondition(q, '$2', 'invitations');
    const [row] = await this.dataSource.query<[{ hits: number }]>(
      `select count(*)::int hits
         from (select name, email from invitations where org_id = $1 order by id limit ${sampledRows}) sampled
        where ${sql}`,
      [orgId, ...values],
    );
    return row.hits >= commonHits;
  }

  private async countRows({ orgId }: Scoped, filter: CandidateFilter, reach: Reach): Promise<CountRow[]> {
    const { rows, values } = candidateScope(orgId, filter, reach);
    return this.dataSource.query<CountRow[]>(
      `select scheduling_status "schedulingStatus", needs_attention "needsAttention", count(*)::int count
         from ${rows} group by 1, 2`,
      [...values],
    );
  }
}

/** No numbers are kept by text or days. */
function keptCounts({ orgId }: Scoped, filter: CandidateFilter): Question<readonly KeptRow[]> {
  const { sql, values } = stateCondition(withoutTime(filter));
  return {
    sql: `select scheduling_status "schedulingStatus", needs_attention "needsAttention",
                 coalesce(sum(count) filter (where ${sql}), 0)::int count, sum(count)::int "all"
            from candidate_counts where org_id = $1 group by 1, 2`,
    values: [orgId, ...values],
    read: (rows: readonly KeptRow[]) => rows,
  };
}

function besides(filter: CandidateFilter): CandidateFilter {
  return { ...filter, schedulingStatus: null, needsAttention: false };
}

/** Text and days are of no use to what is kept by numbers. */
function isCounted(filter: CandidateFilter): boolean {
  return !filter.q && filter.notBookedForDays === null;
}

function withoutTime(filter: CandidateFilter): CandidateFilter {
  return { ...filter, notBookedForDays: null };
}

function beside(rows: readonly CountRow[]): Pick<CountsBeside, 'statuses' | 'attention'> {
  const of = (status: SchedulingStatus) => rows.filter((row) => row.schedulingStatus === status);
  return {
    statuses: Object.fromEntries(schedulingStatuses.map((status) => [status, total(of(status))])) as Record<
      SchedulingStatus,
      number
    >,
    attention: total(rows.filter((row) => row.needsAttention)),
  };
}

function total(rows: readonly CountRow[]): number {
  return rows.reduce((sum, row) => sum + row.count, 0);
}
