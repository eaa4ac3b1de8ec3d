import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { SuppressionCause } from '../../email/suppression.entity.js';
import type { Actor } from '../../shared/actor.js';
import { filterCondition, type CandidateFilter } from './candidate-filter.js';
import { decodeCursor, encodeCursor } from './name-cursor.js';
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
  readonly updatedAt: Date;
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
  readonly bookingUpdatedAt: Date | null;
  readonly mailState: string | null;
  readonly mailReason: string | null;
  readonly mailedAt: Date | null;
  readonly suppressedBy: SuppressionCause | null;
}

export interface CandidatePage {
  readonly candidates: readonly ListedCandidate[];
  readonly previousCursor: string | null;
  readonly nextCursor: string | null;
}

const columns = `id, name, email, status, submitted_at "submittedAt", time_zone "timeZone",
  assessment_id "assessmentId", assessment_title "assessmentTitle", updated_at "updatedAt",
  declined_at "declinedAt",
  scheduling_status "schedulingStatus", link_token "linkToken", link_created_at "linkCreatedAt",
  last_opened_at "lastOpenedAt", open_count "openCount", booking_id "bookingId", booking_status "bookingStatus",
  start_time "startTime", end_time "endTime", booking_updated_at "bookingUpdatedAt",
  mail_state "mailState", mail_reason "mailReason", mailed_at "mailedAt",
  suppressed_by "suppressedBy"`;
const sortName = `lower(name) collate "und-x-icu"`;

@Injectable()
export class CandidateListService {
  constructor(private readonly dataSource: DataSource) {}

  /** A page by name; the cursor is a place in the list, so that rows that come or go shift nobody. */
  async list(actor: Actor, filter: CandidateFilter, cursor: string | null, limit: number): Promise<CandidatePage> {
    const place = decodeCursor(cursor);
    const { sql, values } = filterCondition(filter);
    const parameters = [actor.orgId, ...values, limit + 1];
    const limitPlace = `$${parameters.length}`;
    const order = place?.direction === 'before' ? 'desc' : 'asc';
    const from = place ? this.beyond(place, parameters) : 'true';
    const rows = await this.dataSource.query<ListedCandidate[]>(
      `select ${columns} from (${listedInvitations}) listed where ${sql} and ${from}
        order by ${sortName} ${order}, id ${order} limit ${limitPlace}`,
      parameters,
    );
    const more = rows.length > limit;
    const candidates = rows.slice(0, limit);
    if (order === 'desc') {
      candidates.reverse();
    }
    return { candidates, ...neighbours(candidates, more, place?.direction ?? null) };
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
    const { sql, values } = filterCondition({ ...filter, schedulingStatus: null, needsAttention: true });
    const [row] = await this.dataSource.query<{ count: number }[]>(
      `select count(*)::int count from (${listedInvitations}) listed where ${sql}`,
      [actor.orgId, ...values],
    );
    return row!.count;
  }

  /** The ids of all that match, in the order of the list. */
  async matchingIds(actor: Actor, filter: CandidateFilter): Promise<string[]> {
    const { sql, values } = filterCondition(filter);
    const rows = await this.dataSource.query<{ id: string }[]>(
      `select id from (${listedInvitations}) listed where ${sql} order by ${sortName}, id`,
      [actor.orgId, ...values],
    );
    return rows.map((row) => row.id);
  }

  private beyond(place: { direction: 'after' | 'before'; name: string; id: string }, parameters: unknown[]): string {
    const comparison = place.direction === 'before' ? '<' : '>';
    parameters.push(place.name, place.id);
    const name = `lower($${parameters.length - 1}) collate "und-x-icu"`;
    return `(${sortName}, id) ${comparison} (${name}, $${parameters.length}::uuid)`;
  }
}

function neighbours(
  candidates: readonly ListedCandidate[],
  more: boolean,
  direction: 'after' | 'before' | null,
): { previousCursor: string | null; nextCursor: string | null } {
  const first = candidates[0];
  const last = candidates.at(-1);
  const hasPrevious = direction === 'before' ? more : direction === 'after';
  const hasNext = direction === 'before' || more;
  return {
    previousCursor: hasPrevious && first ? encodeCursor('before', first) : null,
    nextCursor: hasNext && last ? encodeCursor('after', last) : null,
  };
}
