import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { SuppressionCause } from '../../email/suppression.entity.js';
import type { Actor } from '../../shared/actor.js';
import { CandidateCounts, type CountsBeside } from './candidate-counts.service.js';
import type { CandidateFilter } from './candidate-filter.js';
import { candidateOrders, type CandidateSort } from './candidate-order.js';
import { candidateScope } from './candidate-scope.js';
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

export interface CandidatePage {
  readonly candidates: readonly ListedCandidate[];
  readonly previousCursor: string | null;
  readonly nextCursor: string | null;
}

export interface CandidatePageNow extends CandidatePage {
  /** So much has changed that the list and its counts are not up to date yet. */
  readonly isBehind: boolean;
}

type Place = Pick<ListedCandidate, 'id' | 'sortKey'>;

const columns = `id, name, email, status, submitted_at "submittedAt", time_zone "timeZone",
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
  async list(actor: Actor, filter: CandidateFilter, cursor: string | null, limit: number): Promise<CandidatePageNow> {
    const isBehind = !(await this.states.refresh(actor, pagePatienceMs));
    if (isBehind) {
      await this.rest.followUp();
    }
    return { ...(await this.read(actor, filter, cursor, limit)), isBehind };
  }

  /** All that match, by name, some at a time: an index has the names in order, so nothing is read twice. */
  async *listAll(actor: Actor, filter: CandidateFilter): AsyncGenerator<readonly ListedCandidate[]> {
    await this.states.refresh(actor);
    let cursor: string | null = null;
    do {
      const page: CandidatePage = await this.read(actor, { ...filter, sort: 'name' }, cursor, readAtOnce);
      yield page.candidates;
      cursor = page.nextCursor;
    } while (cursor);
  }

  /** The numbers beside the filters, as the last page found them. */
  async countBeside(actor: Actor, filter: CandidateFilter): Promise<CountsBeside> {
    return this.counts.countBeside(actor, filter);
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

  private async read(
    actor: Actor,
    filter: CandidateFilter,
    cursor: string | null,
    limit: number,
  ): Promise<CandidatePage> {
    const place = decodeCursor(cursor, filter.sort);
    const found = await this.readPlaces(actor, filter, place, limit + 1);
    const more = found.length > limit;
    const places = found.slice(0, limit);
    if (place?.direction === 'before') {
      places.reverse();
    }
    const candidates = await this.readCandidates(actor, places);
    return { candidates, ...neighbours(places, more, filter.sort, place?.direction ?? null) };
  }

  private async readPlaces(
    { orgId }: Actor,
    filter: CandidateFilter,
    place: ListPlace | null,
    limit: number,
  ): Promise<Place[]> {
    const { by, first, key } = candidateOrders[filter.sort];
    const { rows, values } = candidateScope(orgId, filter, await this.counts.reach({ orgId }, filter, limit));
    const parameters = [...values, limit];
    const limitPlace = `$${parameters.length}`;
    const order = (place?.direction === 'before') === (first === 'desc') ? 'asc' : 'desc';
    const from = place ? beyond(place, filter.sort, order, parameters) : 'true';
    return this.dataSource.query<Place[]>(
      `select invitation_id id, ${key} "sortKey" from ${rows} where ${from}
        order by ${by} ${order}, invitation_id ${order} limit ${limitPlace}`,
      parameters,
    );
  }

  /** As they are now, in this order. */
  private async readCandidates({ orgId }: Actor, places: readonly Place[]): Promise<ListedCandidate[]> {
    const candidates = await this.dataSource.query<Omit<ListedCandidate, 'sortKey'>[]>(
      `select ${columns} from (${listedInvitations}) listed where id = any($2::uuid[])`,
      [orgId, places.map(({ id }) => id)],
    );
    const byId = new Map(candidates.map((candidate) => [candidate.id, candidate]));
    return places.flatMap(({ id, sortKey }) => {
      const candidate = byId.get(id);
      return candidate ? [{ ...candidate, sortKey }] : [];
    });
  }
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
): { previousCursor: string | null; nextCursor: string | null } {
  const first = places[0];
  const last = places.at(-1);
  const hasPrevious = direction === 'before' ? more : direction === 'after';
  const hasNext = direction === 'before' || more;
  return {
    previousCursor: hasPrevious && first ? encodeCursor('before', sort, first) : null,
    nextCursor: hasNext && last ? encodeCursor('after', sort, last) : null,
  };
}
