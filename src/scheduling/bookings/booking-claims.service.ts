import { Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { DataSource } from 'typeorm';
import type { Actor } from '../../shared/actor.js';

/** Longer than all the calls of one booking may take together, for the case that nobody is left to release it. */
export const heldForSeconds = 180;

/** One booking at a time for a candidate: two clicks must not become two interviews. */
@Injectable()
export class BookingClaimsService {
  constructor(private readonly dataSource: DataSource) {}

  /** Runs `act` unless somebody else is at it for the same candidate; then `null`. */
  async alone<T>(actor: Actor, invitationId: string, act: () => Promise<T>): Promise<T | null> {
    const holder = randomUUID();
    const [claimed] = await this.dataSource.query<unknown[]>(
      `insert into booking_claims as held (invitation_id, org_id, holder, held_until)
       values ($1, $2, $3, clock_timestamp() + make_interval(secs => $4))
           on conflict (invitation_id) do update set holder = excluded.holder, held_until = excluded.held_until
        where held.held_until < clock_timestamp()
       returning holder`,
      [invitationId, actor.orgId, holder, heldForSeconds],
    );
    if (!claimed) {
      return null;
    }
    try {
      return await act();
    } finally {
      await this.dataSource.query('delete from booking_claims where invitation_id = $1 and holder = $2', [
        invitationId,
        holder,
      ]);
    }
  }
}
