import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { SuppressionCause } from '../../email/suppression.entity.js';
import type { Actor } from '../../shared/actor.js';
import { filterCondition, type CandidateFilter } from './candidate-filter.js';
import { candidateOrders, type CandidateSort } from './candidate-order.js';
import { decodeCursor, encodeCursor, type ListPlace } from './list-cursor.js';
import { listedInvitations, schedulingStatuses, type SchedulingStatus } from './scheduling-status.js';

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
  constructor(private readonly dataSource: DataSource) {}

  /** A page; the cursor is a place in the list, so that rows that come or go shift nobody. */
  async list(actor: Actor, filter: CandidateFilter, cursor: string | null, limit: number): Promise<CandidatePage> {
    const { sort } = filter;
    const { by, first, key } = candidateOrders[sort];
    const place = decodeCursor(cursor, sort);
    const { sql, values } = filterCondition(filter);
    const parameters = [actor.orgId, ...values, limit + 1];
    const limitPlace = `$${parameters.length}`;
    const backwards = place?.direction === 'before';
    const order = backwards === (first === 'desc') ? 'asc' : 'desc';
    const from = place ? beyond(place, sort, order, parameters) : 'true';
    const rows = await this.dataSource.query<ListedCandidate[]>(
      `select ${columns}, ${key} "sortKey" from (${listedInvitations}) listed where ${sql} and ${from}
        order by ${by} ${order}, id ${order} limit ${limitPlace}`,
      parameters,
    );
    const more = rows.length > limit;
    const candidates = rows.slice(0, limit);
    if (backwards) {
      candidates.reverse();
    }
    return { candidates, ...neighbours(candidates, more, sort, place?.direction ?? null) };
  }

  /** All that match, by name, some at a time: an index has the names in order, so nothing is read twice. */
  async *listAll(actor: Actor, filter: CandidateFilter): AsyncGenerator<readonly ListedCandidate[]> {
    let cursor: string | null = null;
    do {
      const page: CandidatePage = await this.list(actor, { ...filter, sort: 'name' }, cursor, readAtOnce);
      yield page.candidates;
      cursor = page.nextCursor;
    } while (cursor);
  }

  /** How many there are of each scheduling status, by all the other filters. */
  async count(actor: Actor, filter: CandidateFilter): Promise<Record<SchedulingStatus, number>> {
    const { sql, values } = filterCondition({ ...filter, schedulingStatus: null, needsAttention: false });
    const rows = await this.dataSource.query<{ status: SchedulingStatus; count: number }[]>(
      `select scheduling_status status, count(*)::int count from (${listedInvitations}) listed where ${sql} group by 1`,
      [actor.orgId, ...values],
    );
    const counted = new Map(rows.map((row) => [row.status, row.count]));
    return Object.fromEntries(schedulingStatuses.map((status) => [status, counted.get(status) ?? 0])) as Record<
      SchedulingStatus,
      number
    >;
  }

  /** How many need attention, by the other filters but the scheduling status: the two take turns. */
  async countAttention(actor: Actor, filter: CandidateFilter): Promise<number> {
    return this.countAll(actor, { ...filter, schedulingStatus: null, needsAttention: true });
  }

  /** How many match. */
  async countAll(actor: Actor, filter: CandidateFilter): Promise<number> {
    const { sql, values } = filterCondition(filter);
    const [row] = await this.dataSource.query<{ count: number }[]>(
      `select count(*)::int count from (${listedInvitations}) listed where ${sql}`,
      [actor.orgId, ...values],
    );
    return row!.count;
  }

  /** The ids of all that match, by name. */
  async matchingIds(actor: Actor, filter: CandidateFilter): Promise<string[]> {
    const { sql, values } = filterCondition(filter);
    const rows = await this.dataSource.query<{ id: string }[]>(
      `select id from (${listedInvitations}) listed where ${sql} order by ${candidateOrders.name.by}, id`,
      [actor.orgId, ...values],
    );
    return rows.map((row) => row.id);
  }
}

function beyond({ key, id }: ListPlace, sort: CandidateSort, order: 'asc' | 'desc', parameters: unknown[]): string {
  const { by, at } = candidateOrders[sort];
  const comparison = order === 'asc' ? '>' : '<';
  parameters.push(key, id);
  return `(${by}, id) ${comparison} (${at(`$${parameters.length - 1}`)}, $${parameters.length}::uuid)`;
}

function neighbours(
  candidates: readonly ListedCandidate[],
  more: boolean,
  sort: CandidateSort,
  direction: ListPlace['direction'] | null,
): { previousCursor: string | null; nextCursor: string | null } {
  const first = candidates[0];
  const last = candidates.at(-1);
  const hasPrevious = direction === 'before' ? more : direction === 'after';
  const hasNext = direction === 'before' || more;
  return {
    previousCursor: hasPrevious && first ? encodeCursor('before', sort, first) : null,
    nextCursor: hasNext && last ? encodeCursor('after', sort, last) : null,
  };
}
