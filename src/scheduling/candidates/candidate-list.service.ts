import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { ask, timeOf, type Answers, type Question, type Questions, type Sql } from '../../database/ask.js';
import type { SuppressionCause } from '../../email/suppression.entity.js';
import type { Actor } from '../../shared/actor.js';
import { CandidateCounts } from './candidate-counts.service.js';
import { isUnfiltered, type CandidateFilter } from './candidate-filter.js';
import { candidateOrders, type CandidateSort } from './candidate-order.js';
import { candidateScope, type Reach } from './candidate-scope.js';
import { decodeCursor, encodeCursor, type ListPlace } from './list-cursor.js';
import { listedInvitations, type SchedulingStatus } from './scheduling-status.js';
import { CandidateStates, pagePatienceMs } from './states/candidate-states.service.js';
import { RefreshCandidateStatesJob } from './states/refresh-candidate-states.job.js';

/** One candidate as the lists show it: the invitation with its link, booking and last mail. */
export interface ListedCandidate {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly status: string;
  readonly submittedAt: Date | null;
  readonly timeZone: string | null;
  readonly assessmentId: string;
  readonly assessmentTitle: string;
  readonly declinedAt: Date | null;
  readonly schedulingStatus: SchedulingStatus;
  readonly linkToken: string | null;
  readonly linkCreatedAt: Date | null;
  readonly lastOpenedAt: Date | null;
  readonly openCount: number | null;
  readonly bookingId: string | null;
  readonly bookingStatus: string | null;
  readonly startTime: Date | null;
  readonly endTime: Date | null;
  readonly mailState: string | null;
  readonly mailReason: string | null;
  readonly mailedAt: Date | null;
  readonly lastActivity: Date;
  readonly suppressedBy: SuppressionCause | null;
  /** Its place in the order asked for. */
  readonly sortKey: string;
}

/** Cursors; null where the list ends. */
export interface Neighbours {
  readonly previousCursor: string | null;
  readonly nextCursor: string | null;
}

export interface CandidatePage extends Neighbours {
  readonly candidates: readonly ListedCandidate[];
}

/** What is asked in the same statement as a page of the list. */
export interface Beside<Q extends Questions> {
  /** `shown`: a query of the ids on the page. */
  readonly questions: (shown: string) => Q;
  /** Keeps the plan of the page that begins the list without a filter. */
  readonly plan: string;
}

export interface PageWith<Q extends Questions> extends CandidatePage {
  readonly beside: Answers<Q>;
  /** So much has changed that the list and its counts are not up to date yet. */
  readonly isBehind: boolean;
}

interface ListPart {
  readonly filter: CandidateFilter;
  readonly cursor: string | null;
  readonly limit: number;
}

type Place = Pick<ListedCandidate, 'id' | 'sortKey'>;
type Times =
  | 'submittedAt'
  | 'declinedAt'
  | 'linkCreatedAt'
  | 'lastOpenedAt'
  | 'startTime'
  | 'endTime'
  | 'mailedAt'
  | 'lastActivity';
type CandidateRow = Omit<ListedCandidate, 'sortKey' | Times> &
  Readonly<Record<Exclude<Times, 'lastActivity'>, string | null>> & { readonly lastActivity: string };

/** SQL: of `listedInvitations`, a `ListedCandidate` without its place. */
export const listedColumns = `id, name, email, status, submitted_at "submittedAt", time_zone "timeZone",
  assessment_id "assessmentId", assessment_title "assessmentTitle", declined_at "declinedAt",
  scheduling_status "schedulingStatus", link_token "linkToken", link_created_at "linkCreatedAt",
  last_opened_at "lastOpenedAt", open_count "openCount", booking_id "bookingId", booking_status "bookingStatus",
  start_time "startTime", end_time "endTime",
  mail_state "mailState", mail_reason "mailReason", mailed_at "mailedAt", last_activity "lastActivity",
  suppressed_by "suppressedBy"`;

/** Few enough that other requests need not wait for them. */
const readAtOnce = 500;

@Injectable()
export class CandidateListService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly states: CandidateStates,
    private readonly counts: CandidateCounts,
    private readonly rest: RefreshCandidateStatesJob,
  ) {}

  /** A page; the cursor is a place in the list, so that rows that come or go shift nobody. */
  async list<Q extends Questions>(actor: Actor, part: ListPart, beside?: Beside<Q>): Promise<PageWith<Q>> {
    const page = await this.read(actor, part, beside, 'unless stale');
    if (!page.isStale) {
      return { ...page, isBehind: false };
    }
    const isBehind = !(await this.states.catchUp(actor, pagePatienceMs));
    if (isBehind) {
      await this.rest.followUp();
    }
    return { ...(await this.read(actor, part, beside)), isBehind };
  }

  /** All that match, by name, some at a time: an index has the names in order, so nothing is read twice. */
  async *listAll(actor: Actor, filter: CandidateFilter): AsyncGenerator<readonly ListedCandidate[]> {
    await this.states.refresh(actor);
    let cursor: string | null = null;
    do {
      const part = { filter: { ...filter, sort: 'name' }, cursor, limit: readAtOnce } as const;
      const page: CandidatePage = await this.read(actor, part);
      yield page.candidates;
      cursor = page.nextCursor;
    } while (cursor);
  }

  /** How many match. */
  async countAll(actor: Actor, filter: CandidateFilter): Promise<number> {
    await this.states.refresh(actor);
    return this.counts.countAll(actor, filter);
  }

  /** The ids of all that match, by name. */
  async matchingIds(actor: Actor, filter: CandidateFilter): Promise<string[]> {
    await this.states.refresh(actor);
    const { rows, values } = candidateScope(actor.orgId, filter, 'found');
    const found = await this.dataSource.query<{ id: string }[]>(
      `select invitation_id id from ${rows} order by name_key, invitation_id`,
      [...values],
    );
    return found.map((row) => row.id);
  }

  /** `unless stale`: nobody is looked for where the states have to be brought up to date first. */
  private async read<Q extends Questions>(
    actor: Actor,
    { filter, cursor, limit }: ListPart,
    { questions, plan }: Partial<Beside<Q>> = {},
    when: 'always' | 'unless stale' = 'always',
  ): Promise<Omit<PageWith<Q>, 'isBehind'> & { readonly isStale: boolean }> {
    const from = decodeCursor(cursor, filter.sort);
    const reach = await this.counts.reach(actor, filter, limit + 1);
    const isStaleNow = this.states.isStale(actor);
    const unless = when === 'always' ? null : isStaleNow;
    const shown = `select id from found limit ${limit}`;
    const isFirst = !from && isUnfiltered(filter);
    const { isStale, places, candidates, ...beside } = await ask(
      this.dataSource,
      {
        isStale: isStaleNow,
        places: allFound,
        candidates: candidatesAmong(actor, shown),
        ...questions?.(shown),
      },
      {
        given: { name: 'found', ...placesFrom(from, actor, filter, reach, limit + 1, unless) },
        plan: isFirst ? plan && `${plan} by ${filter.sort}, ${when}` : undefined,
      },
    );
    const more = places.length > limit;
    const inOrder = places.slice(0, limit);
    if (from?.direction === 'before') {
      inOrder.reverse();
    }
    return {
      isStale,
      candidates: inOrder.flatMap(({ id, sortKey }) => {
        const candidate = candidates.get(id);
        return candidate ? [{ ...candidate, sortKey }] : [];
      }),
      ...neighbours(inOrder, more, filter.sort, from?.direction ?? null),
      beside: beside as Answers<Q>,
    };
  }
}

/** In that order, at most so many; none where `unless`, a question of the organization, says yes. */
function placesFrom(
  from: ListPlace | null,
  { orgId }: Actor,
  filter: CandidateFilter,
  reach: Reach,
  limit: number,
  unless: Sql | null,
): Sql {
  const { by, first, key } = candidateOrders[filter.sort];
  const { rows, values: scoped } = candidateScope(orgId, filter, reach);
  const values = [...scoped];
  const order = (from?.direction === 'before') === (first === 'desc') ? 'asc' : 'desc';
  const place = from ? beyond(from, filter.sort, order, values) : 'true';
  const condition = unless ? `${place} and not (${unless.sql})` : place;
  return {
    // The number itself: the plan depends on how few they are.
    sql: `select invitation_id id, ${key} "sortKey" from ${rows} where ${condition}
           order by ${by} ${order}, invitation_id ${order} limit ${limit}`,
    values,
  };
}

const allFound: Question<Place[]> = { sql: 'select * from found', values: [], read: (found: Place[]) => found };

/** As they are now; `shown` is a query of their ids. */
function candidatesAmong({ orgId }: Actor, shown: string): Question<Map<string, Omit<ListedCandidate, 'sortKey'>>> {
  return {
    sql: `select ${listedColumns} from (${listedInvitations}) listed where id in (${shown})`,
    values: [orgId],
    read: (rows: readonly CandidateRow[]) => new Map(rows.map((row) => [row.id, { ...row, ...timesOf(row) }])),
  };
}

function timesOf(row: CandidateRow): Pick<ListedCandidate, Times> {
  return {
    submittedAt: timeOf(row.submittedAt),
    declinedAt: timeOf(row.declinedAt),
    linkCreatedAt: timeOf(row.linkCreatedAt),
    lastOpenedAt: timeOf(row.lastOpenedAt),
    startTime: timeOf(row.startTime),
    endTime: timeOf(row.endTime),
    mailedAt: timeOf(row.mailedAt),
    lastActivity: timeOf(row.lastActivity),
  };
}

function beyond({ key, id }: ListPlace, sort: CandidateSort, order: 'asc' | 'desc', parameters: unknown[]): string {
  const { by, at } = candidateOrders[sort];
  const comparison = order === 'asc' ? '>' : '<';
  parameters.push(key, id);
  return `(${by}, invitation_id) ${comparison} (${at(`$${parameters.length - 1}`)}, $${parameters.length}::uuid)`;
}

function neighbours(
  places: readonly Place[],
  more: boolean,
  sort: CandidateSort,
  direction: ListPlace['direction'] | null,
): Neighbours {
  const first = places[0];
  const last = places.at(-1);
  const hasPrevious = direction === 'before' ? more : direction === 'after';
  const hasNext = direction === 'before' || more;
  return {
    previousCursor: hasPrevious && first ? encodeCursor('before', sort, first) : null,
    nextCursor: hasNext && last ? encodeCursor('after', sort, last) : null,
  };
}
