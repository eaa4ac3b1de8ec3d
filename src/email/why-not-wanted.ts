/**
 * SQL: the code of the first reason not to send a mail that was wanted when it was queued, or null. `email` is the alias
 * of its row. A test mail goes to whoever asked for it, always.
 */
export function whyNotWanted(email: string): string {
  return `case ${email}.kind when 'invitation' then ${whyInvitationNotWanted(email)}
                             when 'confirmation' then ${whyConfirmationNotWanted(email)} end`;
}

/**
 * SQL, for a confirmation alone. It answers what its person did, and is no bulk mail: that they want no more of those
 * does not stop it, an address that does not take mail does.
 */
export function whyConfirmationNotWanted(email: string): string {
  return `coalesce(
    (select 'suppressed' from suppressions s
      where s.org_id = ${email}.org_id and s.address = lower(${email}.to_address) and s.lifted_at is null
        and s.cause <> 'opt_out' limit 1),
    (select case
       when b.erased_at is not null then 'erased'
       when b.invitation_id is null then 'booking_unmatched'
       when b.next_booking_id is not null
         or exists (select 1 from cal_com_bookings later
                     where later.org_id = b.org_id and later.previous_booking_id = b.booking_id) then 'booking_moved'
       when b.status <> 'confirmed' then 'booking_cancelled'
       when b.start_time <= clock_timestamp() then 'booking_past' end
       from cal_com_bookings b where b.id = ${email}.booking_id),
    (select 'address_changed' from cal_com_bookings b join invitations i on i.id = b.invitation_id
      where b.id = ${email}.booking_id and lower(i.email) <> lower(${email}.to_address)),
    ${whyLinkIsDead(email)})`;
}

function whyInvitationNotWanted(email: string): string {
  return `coalesce(
    (select 'erased' from invitations i where i.id = ${email}.invitation_id and i.erased_at is not null),
    (select case s.cause when 'opt_out' then 'opted_out' else 'suppressed' end from suppressions s
      where s.org_id = ${email}.org_id and s.address = lower(${email}.to_address) and s.lifted_at is null
        and not (s.cause = 'opt_out' and ${email}.despite_opt_out)
      order by s.cause limit 1),
    (select 'booked' from cal_com_bookings b
      where b.invitation_id = ${email}.invitation_id and b.status in ('pending', 'confirmed')
        and b.end_time > clock_timestamp() and b.missing_since is null limit 1),
    (select 'declined' from invitations i where i.id = ${email}.invitation_id and i.declined_at is not null),
    (select 'address_changed' from invitations i
      where i.id = ${email}.invitation_id and lower(i.email) <> lower(${email}.to_address)),
    ${whyLinkIsDead(email)},
    (select 'link_expired' from booking_links l
      where l.id = ${email}.booking_link_id and l.expires_at <= clock_timestamp()))`;
}

function whyLinkIsDead(email: string): string {
  return `(select 'no_link' from booking_links l where l.id = ${email}.booking_link_id and l.revoked_at is not null)`;
}
