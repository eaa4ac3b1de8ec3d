import type { EntityManager } from 'typeorm';

/**
 * What a row of `cal_com_bookings` forgets: it stays with its uid, its times and its state, so that it is known again.
 * One that waited for somebody to say whose it is waits no more.
 */
export const bookingForgets = `title = null, location = null, attendee_name = null, attendee_email = null,
  attendee_time_zone = null, cancellation_reason = null, matched_by = coalesce(matched_by, 'person')`;

/**
 * The bookings of these invitations, and those that nobody tied to a candidate and one of `addresses` made. Answers
 * the addresses that the bookings had, in lower case.
 */
export async function eraseBookings(
  manager: EntityManager,
  orgId: string,
  ids: readonly string[],
  addresses: readonly string[],
): Promise<string[]> {
  const rows = await manager.query<{ id: string; address: string | null }[]>(
    `select id, lower(attendee_email) address from cal_com_bookings
      where org_id = $1 and (invitation_id = any($2::uuid[]) or invitation_id is null and lower(attendee_email) = any($3))
      order by id for update`,
    [orgId, ids, addresses],
  );
  const bookings = rows.map(({ id }) => id);
  await manager.query(
    `update cal_com_bookings set ${bookingForgets}, erased_at = clock_timestamp() where id = any($1::uuid[])`,
    [bookings],
  );
  await manager.query(
    `update webhook_deliveries d set payload = null from cal_com_bookings b
      where b.id = any($2::uuid[]) and d.org_id = $1 and d.booking_id = b.booking_id`,
    [orgId, bookings],
  );
  await manager.query('update bulk_action_rows set reason = null where booking_id = any($1::uuid[])', [bookings]);
  await manager.query(
    `update bulk_actions a set reason = ''
      where a.id in (select action_id from bulk_action_rows where booking_id = any($1::uuid[]))
        and not exists (select 1 from bulk_action_rows r join cal_com_bookings b on b.id = r.booking_id
                         where r.action_id = a.id and b.erased_at is null)`,
    [bookings],
  );
  return [...new Set(rows.flatMap(({ address }) => address ?? []))];
}

/** What Cal.com told of bookings that are not stored here, where it names one of `addresses`. */
export async function eraseStrayPayloads(
  manager: EntityManager,
  orgId: string,
  addresses: readonly string[],
): Promise<void> {
  await manager.query(
    `update webhook_deliveries d set payload = null
      where d.payload is not null and d.org_id = $1
        and not exists (select 1 from cal_com_bookings b where b.org_id = d.org_id and b.booking_id = d.booking_id)
        and exists (select 1 from unnest($2::text[]) address where position(address in lower(d.payload)) > 0)`,
    [orgId, addresses],
  );
}
