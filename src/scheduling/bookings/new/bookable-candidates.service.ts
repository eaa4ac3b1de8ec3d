import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { CalComBooking } from '../../../cal-com/cal-com-booking.entity.js';
import type { Invitation } from '../../../candidates/invitation.entity.js';
import { InvitationsService } from '../../../candidates/invitations.service.js';
import type { Actor } from '../../../shared/actor.js';
import { BookingRecordsService } from '../booking-records.service.js';

/** A candidate for whom somebody wants to book. */
export interface BookableCandidate {
  readonly invitation: Invitation;
  /** The booking attendee's, else the invitation's, else the organization's. */
  readonly timeZone: string;
  /** What is ahead already, the latest to start first. */
  readonly open: readonly CalComBooking[];
  /** Why nothing is to be booked, or ''. */
  readonly hindrance: string;
  /** No mail gets through to the address, Cal.com's neither. */
  readonly isUnreachable: boolean;
}

interface Circumstances {
  readonly id: string;
  readonly timeZone: string;
  readonly isUnreachable: boolean;
}

@Injectable()
export class BookableCandidatesService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly invitations: InvitationsService,
    private readonly records: BookingRecordsService,
  ) {}

  /** In the order of the ids; `null` where any of them is not the actor's own. Nothing is asked of Cal.com. */
  async list(actor: Actor, ids: readonly string[]): Promise<BookableCandidate[] | null> {
    const invitations = await this.invitations.findMany(actor, ids);
    if (!invitations) {
      return null;
    }
    const own = invitations.map(({ id }) => id);
    const [open, circumstances] = await Promise.all([
      this.records.listOpen(actor, own),
      this.circumstancesOf(actor, own),
    ]);
    const openBy = Map.groupBy(
      open.filter((booking) => booking.isAhead()),
      ({ invitationId }) => invitationId,
    );
    const circumstancesBy = new Map(circumstances.map((each) => [each.id, each]));
    return invitations.map((invitation) => {
      const { timeZone, isUnreachable } = circumstancesBy.get(invitation.id)!;
      const bookings = openBy.get(invitation.id) ?? [];
      return { invitation, timeZone, isUnreachable, open: bookings, hindrance: hindranceOf(invitation) };
    });
  }

  private circumstancesOf({ orgId }: Actor, ids: readonly string[]): Promise<Circumstances[]> {
    return this.dataSource.query<Circumstances[]>(
      `select i.id, coalesce(known.time_zone, i.time_zone, o.time_zone) "timeZone",
              exists (select 1 from suppressions s
                       where s.org_id = i.org_id and s.address = lower(i.email)
                         and s.cause <> 'opt_out' and s.lifted_at is null) "isUnreachable"
         from invitations i
         join orgs o on o.id = i.org_id
         left join lateral (
           select b.attendee_time_zone time_zone from cal_com_bookings b
            where b.invitation_id = i.id and b.attendee_time_zone is not null
            order by b.status in ('pending', 'confirmed') desc, b.next_booking_id is not null,
                     coalesce(b.cal_created_at, b.created_at) desc limit 1) known on true
        where i.org_id = $1 and i.id = any($2::uuid[])`,
      [orgId, ids],
    );
  }
}

export function hindranceOf({ isDeclined, status }: Pick<Invitation, 'isDeclined' | 'status'>): string {
  if (isDeclined) {
    return 'Declined: no longer wants an interview';
  }
  return status === 'closed' ? 'The assessment is closed for this candidate' : '';
}
