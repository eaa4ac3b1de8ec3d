import { waitsForAnswer } from '../requests/candidate-requests.service.js';

export const schedulingStatuses = [
  'not_invited',
  'link_ready',
  'invited',
  'opened',
  'booked',
  'cancelled',
  'no_show',
  'declined',
  'failed',
] as const;
export type SchedulingStatus = (typeof schedulingStatuses)[number];

/**
 * Every invitation of the organization `$1` but erased ones, with its newest link, its open (else last made) booking, its last mail,
 * what last happened to it (a correction of the data counts only where nothing else did), the first cause by the
 * alphabet that no mail goes to the address, which puts the person's own wish last,
 * and the `scheduling_status` that follows from them: the first that holds, in the order of the `case` (design 2.4).
 */
export const listedInvitations = `
  select i.id, i.name, lower(i.name) collate "und-x-icu" name_key, i.email, i.status, i.submitted_at, i.time_zone, i.assessment_id, i.declined_at,
         a.title assessment_title,
         link.token link_token, link.created_at link_created_at, link.last_opened_at, link.open_count,
         booking.booking_id, booking.status booking_status, booking.start_time, booking.end_time,
         mail.state mail_state, mail.reason mail_reason, mail.sent_at mailed_at,
         coalesce(greatest(i.submitted_at, i.declined_at, link.created_at, link.last_opened_at, booking.updated_at,
                           mail.sent_at), i.updated_at) last_activity,
         (select min(s.cause) from suppressions s
           where s.org_id = i.org_id and s.address = lower(i.email) and s.lifted_at is null) suppressed_by,
         exists (select 1 from candidate_requests r where r.invitation_id = i.id and ${waitsForAnswer}) needs_attention,
         case
           when booking.status in ('pending', 'confirmed') then 'booked'
           when i.declined_at is not null then 'declined'
           when booking.status = 'no_show' and not mailed_since then 'no_show'
           when booking.status in ('cancelled', 'rejected') and not mailed_since then 'cancelled'
           when mail.state in ('failed', 'bounced', 'complained', 'suppressed') then 'failed'
           when link.last_opened_at > mail.sent_at then 'opened'
           when mail.sent_at is not null then 'invited'
           when link.token is not null then 'link_ready'
           else 'not_invited'
         end scheduling_status
    from invitations i
    join assessments a on a.id = i.assessment_id
    left join lateral (
      select l.token, l.created_at, l.last_opened_at, l.open_count from booking_links l
       where l.invitation_id = i.id and l.revoked_at is null and l.expires_at > clock_timestamp()
       order by l.created_at desc limit 1) link on true
    left join lateral (
      select b.booking_id, b.status, b.start_time, b.end_time, b.updated_at from cal_com_bookings b
       where b.invitation_id = i.id
       order by case when b.status in ('pending', 'confirmed') then b.start_time end desc nulls last,
                b.next_booking_id is not null, coalesce(b.cal_created_at, b.created_at) desc limit 1) booking on true
    left join lateral (
      select e.state, e.reason, e.sent_at from emails e
       where e.invitation_id = i.id and e.sent_at is not null
       order by e.sent_at desc limit 1) mail on true
   cross join lateral (select coalesce(mail.sent_at > booking.updated_at, false) mailed_since) since
   where i.org_id = $1 and i.erased_at is null`;
