import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import type { CalBooking } from '../../cal-com/cal-booking.js';
import { addressPrint } from '../../email/erased-suppressions.js';
import { Fingerprints } from '../../encryption/fingerprints.service.js';
import type { Actor } from '../../shared/actor.js';
import { bookingForgets } from './erase-bookings.js';

/** Cal.com keeps its copy of the bookings of erased people and tells of it: this keeps them from coming back. */
@Injectable()
export class ErasedBookings {
  constructor(private readonly fingerprints: Fingerprints) {}

  /**
   * Call in the transaction that stores a booking. Of one that was erased, that was moved from or to such a one, that
   * is of an erased candidate, or that an erased address made before, only uid, times and state stay.
   */
  async follow(manager: EntityManager, { orgId }: Actor, { uid }: Pick<CalBooking, 'uid'>): Promise<void> {
    const pads = await this.fingerprints.find(manager, orgId);
    if (!pads) {
      return;
    }
    // An erasure that is under way has locked the invitation: wait for its end.
    await manager.query(
      `select 1 from invitations
        where id = (select invitation_id from cal_com_bookings where org_id = $1 and booking_id = $2) for share`,
      [orgId, uid],
    );
    await manager.query(
      `with erased as (
         update cal_com_bookings b set ${bookingForgets},
                erased_at = coalesce(b.erased_at, clock_timestamp())
          where b.org_id = $1 and b.booking_id = $2
            and (b.erased_at is not null
              or exists (select 1 from invitations i where i.id = b.invitation_id and i.erased_at is not null)
              or exists (select 1 from cal_com_bookings near
                          where near.org_id = b.org_id and near.erased_at is not null
                            and near.booking_id in (b.previous_booking_id, b.next_booking_id))
              or b.invitation_id is null
                 and exists (select 1 from tombstones t
                              where t.org_id = b.org_id and t.fingerprint = ${addressPrint('b.attendee_email', '$3', '$4')}
                                and t.erased_at > coalesce(b.cal_created_at, b.created_at)))
         returning b.booking_id)
       update webhook_deliveries d set payload = null from erased
        where d.org_id = $1 and d.booking_id = erased.booking_id and d.payload is not null`,
      [orgId, uid, pads.inner, pads.outer],
    );
  }
}
