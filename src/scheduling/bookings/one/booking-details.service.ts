import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { CalComBooking } from '../../../cal-com/cal-com-booking.entity.js';
import type { Email } from '../../../email/email.entity.js';
import type { Actor } from '../../../shared/actor.js';
import { ConfirmationsService } from '../../confirmations/confirmations.service.js';
import { isInConflict } from '../sync/booking-sync.service.js';

/** Whose the booking is, as the page of a booking tells it. */
export interface BookingCandidate {
  readonly invitationId: string;
  readonly name: string;
  readonly email: string;
  readonly timeZone: string | null;
  readonly assessmentTitle: string;
}

/** Something Cal.com told us by webhook, as it came. */
export interface ToldEvent {
  readonly type: string;
  readonly receivedAt: Date;
  /** Null once it was old enough to be forgotten. */
  readonly payload: string | null;
}

export interface BookingDetails {
  readonly booking: CalComBooking;
  readonly candidate: BookingCandidate | null;
  readonly eventTypeTitle: string | null;
  /** The whole of it, from the first time to the last; one alone where it was never moved. */
  readonly chain: readonly CalComBooking[];
  /** The others of this kind that are ahead of the same candidate. */
  readonly twins: readonly CalComBooking[];
  readonly events: readonly ToldEvent[];
  /** Our own mail about it; null where there is none. */
  readonly confirmation: Email | null;
}

const mostEvents = 50;
const longestChain = 20;
const mostFound = 10;

/** All that is known here of one booking; nothing is asked of Cal.com. */
@Injectable()
export class BookingDetailsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly confirmations: ConfirmationsService,
  ) {}

  async find(actor: Actor, id: string): Promise<BookingDetails | null> {
    const booking = await this.bookings.findOneBy({ orgId: actor.orgId, id });
    if (!booking) {
      return null;
    }
    const [chain, twins, events, names, confirmation] = await Promise.all([
      this.chainOf(booking),
      this.twinsOf(booking),
      this.eventsOf(booking),
      this.namesOf(booking),
      this.confirmations.find(actor, id),
    ]);
    return { booking, ...names, chain, twins, events, confirmation };
  }

  /** Candidates by a part of their name or address, for a person to pick from. */
  async lookFor({ orgId }: Actor, text: string): Promise<BookingCandidate[]> {
    return this.dataSource.query<BookingCandidate[]>(
      `select i.id "invitationId", i.name, i.email, i.time_zone "timeZone", a.title "assessmentTitle"
         from invitations i join assessments a on a.id = i.assessment_id
        where i.org_id = $1 and (i.name ilike $2 or i.email ilike $2)
        order by lower(i.name), i.id limit ${mostFound}`,
      [orgId, `%${text.replace(/[\\%_]/g, '\\$&')}%`],
    );
  }

  private async chainOf({ orgId, bookingId }: CalComBooking): Promise<CalComBooking[]> {
    const rows = await this.dataSource.query<{ id: string }[]>(
      `with recursive chain as (
         select id, booking_id, previous_booking_id, next_booking_id from cal_com_bookings
          where org_id = $1 and booking_id = $2
          union
         select b.id, b.booking_id, b.previous_booking_id, b.next_booking_id from chain
           join cal_com_bookings b on b.org_id = $1
            and (b.booking_id = chain.previous_booking_id or b.booking_id = chain.next_booking_id
                 or b.previous_booking_id = chain.booking_id))
       select id from chain limit ${longestChain}`,
      [orgId, bookingId],
    );
    const chain = await this.bookings
      .createQueryBuilder('b')
      .where('b.orgId = :orgId and b.id = any(:ids::uuid[])', { orgId, ids: rows.map(({ id }) => id) })
      .getMany();
    return inOrder(chain);
  }

  private twinsOf({ orgId, id, invitationId, eventTypeId }: CalComBooking): Promise<CalComBooking[]> {
    return this.bookings
      .createQueryBuilder('b')
      .where('b.orgId = :orgId and b.invitationId = :invitationId and b.id <> :id', { orgId, invitationId, id })
      .andWhere('b.eventTypeId is not distinct from :eventTypeId', { eventTypeId })
      .andWhere(isInConflict('b'))
      .andWhere(`exists (select 1 from cal_com_bookings own where own.id = :id and (${isInConflict('own')}))`)
      .orderBy('b.startTime')
      .getMany();
  }

  private eventsOf({ orgId, bookingId }: CalComBooking): Promise<ToldEvent[]> {
    return this.dataSource.query<ToldEvent[]>(
      `select type, received_at "receivedAt", payload from webhook_deliveries
        where org_id = $1 and booking_id = $2 order by received_at desc limit ${mostEvents}`,
      [orgId, bookingId],
    );
  }

  private async namesOf({
    id,
  }: CalComBooking): Promise<{ candidate: BookingCandidate | null; eventTypeTitle: string | null }> {
    const [row] = await this.dataSource.query<({ eventTypeTitle: string | null } & BookingCandidate)[]>(
      `select i.id "invitationId", i.name, i.email, i.time_zone "timeZone", a.title "assessmentTitle",
              e.title "eventTypeTitle"
         from cal_com_bookings b
         left join invitations i on i.id = b.invitation_id
         left join assessments a on a.id = i.assessment_id
         left join cal_com_event_types e on e.org_id = b.org_id and e.event_type_id = b.event_type_id
        where b.id = $1`,
      [id],
    );
    const { eventTypeTitle, ...candidate } = row!;
    return { eventTypeTitle, candidate: candidate.invitationId ? candidate : null };
  }

  private get bookings() {
    return this.dataSource.getRepository(CalComBooking);
  }
}

/** By who was moved to whom; a time that was moved backwards does not change the order. */
function inOrder(chain: readonly CalComBooking[]): CalComBooking[] {
  const byUid = new Map(chain.map((booking) => [booking.bookingId, booking]));
  const placeOf = (booking: CalComBooking): number => {
    let [place, before] = [0, previousOf(booking, chain, byUid)];
    while (before && place < chain.length) {
      place += 1;
      before = previousOf(before, chain, byUid);
    }
    return place;
  };
  return chain.toSorted((one, other) => placeOf(one) - placeOf(other));
}

function previousOf(
  { bookingId, previousBookingId }: CalComBooking,
  chain: readonly CalComBooking[],
  byUid: ReadonlyMap<string, CalComBooking>,
): CalComBooking | undefined {
  return byUid.get(previousBookingId ?? '') ?? chain.find(({ nextBookingId }) => nextBookingId === bookingId);
}
