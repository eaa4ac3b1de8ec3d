/**
 * SQL: the links (`l`) of organization `$1` that somebody can still choose a time with, by event type and length, with
 * how many they are.
 */
export const stillChoosing = `
  select l.event_type_id, coalesce(l.length_in_minutes, 0) chosen_length, count(*)::int people
    from booking_links l
    join invitations i on i.id = l.invitation_id
   where l.org_id = $1 and l.revoked_at is null and l.expires_at > clock_timestamp() and i.declined_at is null
     and not exists (select 1 from cal_com_bookings b
                      where b.invitation_id = l.invitation_id and b.status in ('pending', 'confirmed'))
   group by 1, 2`;

/** SQL: when what Cal.com said is too old to be shown. */
export const tooOld = `clock_timestamp() - interval '1 hour'`;
