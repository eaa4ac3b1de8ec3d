import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { CalBooking } from '../../../cal-com/cal-booking.js';
import type { BookingMatch } from '../../../cal-com/cal-com-booking.entity.js';
import { CalComEventTypesService } from '../../../cal-com/cal-com-event-types.service.js';
import type { Actor } from '../../../shared/actor.js';
import type { BookingOwner } from '../stored-booking.js';

/** Whose a booking is. Nobody's yet, but of an event type the organization uses: *unmatched*. */
export type Ownership =
  | { readonly kind: 'owned'; readonly owner: BookingOwner }
  | { readonly kind: 'unmatched' }
  | { readonly kind: 'not ours' };

/** What we know of one booking of a chain before anything is decided. */
interface Trace {
  readonly uid: string;
  readonly stored: boolean;
  readonly owner: BookingOwner | null;
  /** Its ref is that of another organization's link. */
  readonly foreign: boolean;
}

/** A booking that is only known by its uid: as stored here, the end of what has to be read. */
export type Link = Pick<CalBooking, 'uid'> & Partial<Pick<CalBooking, 'metadata' | 'eventTypeId'>>;

/**
 * Says whose a booking is: by what was decided before, by the ref of our link in its metadata, then by the bookings it
 * was moved from and to. The address somebody typed decides nothing.
 */
@Injectable()
export class BookingOwnersService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly eventTypes: CalComEventTypesService,
  ) {}

  /** `chain` has the oldest first. The answer is by uid, for each of them. */
  async decide(actor: Actor, chain: readonly Link[]): Promise<Map<string, Ownership>> {
    const traces = await this.traces(actor, chain);
    const decided = new Map<string, Ownership>();
    for (const [place, { uid, eventTypeId }] of chain.entries()) {
      decided.set(uid, await this.ownershipOf(actor, traces, place, eventTypeId ?? null));
    }
    return decided;
  }

  private async ownershipOf(
    actor: Actor,
    traces: readonly Trace[],
    place: number,
    eventTypeId: number | null,
  ): Promise<Ownership> {
    const own = traces[place]!;
    if (own.owner) {
      return { kind: 'owned', owner: own.owner };
    }
    const nearest = own.foreign ? own : nearestWithOwner(traces, place);
    if (nearest?.owner) {
      return { kind: 'owned', owner: { invitationId: nearest.owner.invitationId, matchedBy: 'chain' } };
    }
    const isUsed = !nearest && eventTypeId !== null && (await this.eventTypes.uses(actor, eventTypeId));
    return { kind: own.stored || isUsed ? 'unmatched' : 'not ours' };
  }

  private async traces({ orgId }: Actor, chain: readonly Link[]): Promise<Trace[]> {
    const rows = await this.dataSource.query<
      {
        uid: string;
        stored: boolean;
        matchedBy: BookingMatch | null;
        invitationId: string | null;
        refOrgId: string | null;
        refInvitationId: string | null;
      }[]
    >(
      `select asked.uid, known.id is not null stored, known.matched_by "matchedBy", known.invitation_id "invitationId",
              link.org_id "refOrgId", link.invitation_id "refInvitationId"
         from unnest($2::text[], $3::text[]) with ordinality asked (uid, ref, place)
         left join cal_com_bookings known on known.org_id = $1 and known.booking_id = asked.uid
         left join booking_links link on link.ref = asked.ref
        order by asked.place`,
      [orgId, chain.map(({ uid }) => uid), chain.map(({ metadata }) => metadata?.['interlude'] ?? null)],
    );
    return rows.map(({ uid, stored, matchedBy, invitationId, refOrgId, refInvitationId }) => {
      const byRef = refOrgId === orgId ? { invitationId: refInvitationId, matchedBy: 'ref' as const } : null;
      return {
        uid,
        stored,
        owner: matchedBy ? { invitationId, matchedBy } : byRef,
        foreign: refOrgId !== null && refOrgId !== orgId,
      };
    });
  }
}

/** Of those that were there before it, else of those that came after; the owner may be another organization. */
function nearestWithOwner(traces: readonly Trace[], place: number): Trace | undefined {
  const older = traces.slice(0, place).toReversed();
  const newer = traces.slice(place + 1);
  return [...older, ...newer].find(({ owner, foreign }) => owner !== null || foreign);
}
