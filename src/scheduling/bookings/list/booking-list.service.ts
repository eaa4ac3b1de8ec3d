import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CalComBooking, type BookingStatus } from '../../../cal-com/cal-com-booking.entity.js';
import type { Actor } from '../../../shared/actor.js';
import { isInConflict } from '../sync/booking-sync.service.js';
import { bookingCondition, bookingTabs, isLatestFirst, tabConditions } from './booking-filter.js';
import type { BookingFilter, BookingTab } from './booking-filter.js';
import { decodeStart, encodeStart, type StartPlace } from './start-cursor.js';

/** One booking of a candidate, as the lists show it. */
export interface ListedBooking {
  readonly id: string;
  readonly status: BookingStatus;
  readonly startTime: Date;
  readonly endTime: Date;
  readonly title: string | null;
  readonly eventTypeTitle: string | null;
  readonly hostName: string | null;
  readonly cancellationReason: string | null;
  readonly missingSince: Date | null;
  /** When it was before it was moved. */
  readonly formerStart: Date | null;
  /** The attendee's zone, else that of the invitation. */
  readonly candidateTimeZone: string | null;
  readonly invitationId: string;
  readonly candidateName: string;
  readonly candidateEmail: string;
  readonly assessmentTitle: string;
  readonly inConflict: boolean;
}

export interface BookingsOnPage {
  readonly bookings: readonly ListedBooking[];
  readonly previousCursor: string | null;
  readonly nextCursor: string | null;
}

export type TabCounts = Readonly<Record<BookingTab | 'unmatched', number>>;

const columns = `b.id, b.status, b.start_time "startTime", b.end_time "endTime", b.title, e.title "eventTypeTitle",
  b.host_name "hostName", b.cancellation_reason "cancellationReason", b.missing_since "missingSince",
  former.start_time "formerStart", coalesce(b.attendee_time_zone, i.time_zone) "candidateTimeZone",
  i.id "invitationId", i.name "candidateName", i.email "candidateEmail", a.title "assessmentTitle", (${isInConflict('b')}) "inConflict"`;
const candidatesBookings = `cal_com_bookings b join invitations i on i.id = b.invitation_id`;
const listed = `${candidatesBookings}
  join assessments a on a.id = i.assessment_id
  left join cal_com_event_types e on e.org_id = b.org_id and e.event_type_id = b.event_type_id
  left join cal_com_bookings former on former.org_id = b.org_id and former.booking_id = b.previous_booking_id`;

@Injectable()
export class BookingListService {
  constructor(private readonly dataSource: DataSource) {}

  /** A page by start; the cursor is a place in the list, so that bookings that come or go shift no other. */
  async list(
    actor: Actor,
    tab: BookingTab,
    filter: BookingFilter,
    { cursor, limit }: { cursor: unknown; limit: number },
  ): Promise<BookingsOnPage> {
    const place = decodeStart(cursor);
    const { sql, values } = bookingCondition(filter);
    const backwards = place?.direction === 'before';
    const order = isLatestFirst[tab] === backwards ? 'asc' : 'desc';
    const parameters = [actor.orgId, ...values];
    const beyond = place ? beyondPlace(place, order, parameters) : 'true';
    const rows = await this.dataSource.query<ListedBooking[]>(
      `select ${columns} from ${listed}
        where b.org_id = $1 and ${tabConditions[tab]} and ${sql} and ${beyond}
        order by b.start_time ${order}, b.id ${order} limit ${limit + 1}`,
      parameters,
    );
    const more = rows.length > limit;
    const bookings = rows.slice(0, limit);
    if (backwards) {
      bookings.reverse();
    }
    const hasPrevious = backwards ? more : place !== null;
    return {
      bookings,
      previousCursor: hasPrevious && bookings[0] ? encodeStart('before', bookings[0]) : null,
      nextCursor: (backwards || more) && bookings.length > 0 ? encodeStart('after', bookings.at(-1)!) : null,
    };
  }

  /** How many stand under each tab, by the other filters; the unmatched have no candidate to filter by. */
  async count(actor: Actor, filter: BookingFilter): Promise<TabCounts> {
    const { sql, values } = bookingCondition(filter);
    const counts = bookingTabs.map((tab) => `count(*) filter (where ${tabConditions[tab]})::int "${tab}"`);
    const [counted] = await this.dataSource.query<TabCounts[]>(
      `select ${counts.join(', ')}, (${unmatchedCount}) "unmatched"
         from ${candidatesBookings} where b.org_id = $1 and ${sql}`,
      [actor.orgId, ...values],
    );
    return counted!;
  }

  /** Those a person said are nobody's, the next to start first. */
  async listSetAside({ orgId }: Actor, limit: number): Promise<CalComBooking[]> {
    return this.dataSource
      .getRepository(CalComBooking)
      .createQueryBuilder('b')
      .where(`b.orgId = :orgId and b.matchedBy is not null and b.invitationId is null`, { orgId })
      .andWhere(`b.status in ('pending', 'confirmed') and b.endTime > clock_timestamp()`)
      .orderBy('b.startTime')
      .limit(limit)
      .getMany();
  }
}

/** As `BookingSyncService.listUnmatched` has them. */
const unmatchedCount = `select count(*)::int from cal_com_bookings nobodys
  where nobodys.org_id = $1 and nobodys.matched_by is null and nobodys.status in ('pending', 'confirmed')`;

/**
 * SQL: what a person has to settle in the organization `$1`, as under "attention": for the sidebar, so of those alone
 * whose states say so, and of the last whose states are not up to date.
 */
export const bookingsToSettle = `
  (select coalesce(sum(case when ahead > 1 then ahead else alone end), 0)::int
     from (select count(*) ahead, count(*) filter (where status = 'pending' or missing_since is not null) alone
             from cal_com_bookings
            where org_id = $1 and end_time > now() and status in ('pending', 'confirmed')
              and invitation_id in (select invitation_id from candidate_states where org_id = $1 and to_settle
                                     union all
                                    (select invitation_id from stale_candidates
                                      where org_id = $1 order by id desc limit 100))
            group by invitation_id, event_type_id) of_one) + (${unmatchedCount})`;

function beyondPlace({ start, id }: StartPlace, order: 'asc' | 'desc', parameters: unknown[]): string {
  parameters.push(start, id);
  const places = `$${parameters.length - 1}::timestamptz, $${parameters.length}::uuid`;
  return `(b.start_time, b.id) ${order === 'asc' ? '>' : '<'} (${places})`;
}
