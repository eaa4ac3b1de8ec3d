import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { tooOld } from '../free-times/too-old.js';

/** What a candidate's link leads to; the row behind it where there is one. */
export type OpenedLink = { readonly kind: 'unknown' } | KnownLink;

export interface KnownLink {
  /** `cancelled`: the last booking was, and another time can be chosen. */
  readonly kind: 'revoked' | 'booked' | 'declined' | 'expired' | 'cancelled' | 'choose';
  readonly link: LinkRow;
}

export interface LinkRow {
  readonly id: string;
  readonly orgId: string;
  readonly invitationId: string;
  readonly token: string;
  readonly ref: string;
  readonly revoked: boolean;
  readonly expired: boolean;
  readonly expiresAt: Date;
  readonly lengthInMinutes: number | null;
  readonly candidateName: string;
  readonly candidateEmail: string;
  /** Where the mails with this link went: the candidate's address may have been corrected since. */
  readonly mailAddress: string;
  /** Whoever reads mail at that address asked for no more of it. */
  readonly optedOut: boolean;
  readonly timeZone: string;
  readonly assessmentTitle: string;
  readonly orgName: string;
  readonly orgColor: string | null;
  readonly orgTimeZone: string;
  readonly contact: string | null;
  readonly eventTypeTitle: string | null;
  readonly eventTypeMinutes: number | null;
  readonly bookingPage: string | null;
  readonly declined: boolean;
  /** When they last said which other times suit them, while that waits for an answer. */
  readonly timesAskedAt: Date | null;
  /** They asked for another link, and that waits for an answer. */
  readonly newLinkAsked: boolean;
  /** As Cal.com said within the last hour. */
  readonly firstFree: Date | null;
  /** The open one. */
  /** One that is over is told until its candidate is invited again. */
  readonly booking: {
    readonly bookingId: string;
    readonly bookingUrl: string;
    readonly pending: boolean;
    readonly over: boolean;
    readonly startTime: string;
    readonly endTime: string;
    readonly hostName: string | null;
    readonly location: string | null;
  } | null;
  /** The last one, where it came to nothing. */
  readonly former: { readonly rejected: boolean; readonly startTime: string } | null;
}

const tokenShape = /^[\w-]{16,64}$/;

/** Opens a link by its token: whoever holds it is the candidate, so no actor is asked for. */
@Injectable()
export class CandidateLinkService {
  constructor(private readonly dataSource: DataSource) {}

  async open(token: string): Promise<OpenedLink> {
    if (!tokenShape.test(token)) {
      return { kind: 'unknown' };
    }
    const [link] = await this.dataSource.query<LinkRow[]>(
      `select l.id, l.org_id "orgId", l.invitation_id "invitationId", l.token, l.ref, l.revoked_at is not null revoked, l.expires_at <= clock_timestamp() expired,
              l.expires_at "expiresAt", l.length_in_minutes "lengthInMinutes",
              i.name "candidateName", i.email "candidateEmail", mailed.address "mailAddress",
              exists (select 1 from suppressions s where s.org_id = l.org_id and s.address = lower(mailed.address)
                         and s.cause = 'opt_out' and s.lifted_at is null) "optedOut",
              coalesce(booking.attendee_time_zone, last.attendee_time_zone, i.time_zone, o.time_zone) "timeZone",
              a.title "assessmentTitle", o.name "orgName", o.brand_color "orgColor", o.time_zone "orgTimeZone",
              coalesce(o.mail_reply_to,
                       (select s.reply_to from emails e join sends s on s.id = e.send_id
                         where e.invitation_id = i.id and e.booking_link_id = l.id and s.reply_to is not null
                         order by e.sent_at desc nulls last limit 1)) contact,
              t.title "eventTypeTitle", coalesce(l.length_in_minutes, t.length_in_minutes) "eventTypeMinutes",
              t.booking_url "bookingPage", i.declined_at is not null declined,
              (select r.created_at from candidate_requests r
                where r.booking_link_id = l.id and r.kind = 'times' and r.settled_at is null) "timesAskedAt",
              (select min(start) from free_times f, unnest(f.starts) start
                where f.org_id = l.org_id and f.event_type_id = l.event_type_id
                  and f.chosen_length = coalesce(l.length_in_minutes, 0)
                  and f.fetched_at > ${tooOld} and start > clock_timestamp()) "firstFree",
              exists (select 1 from candidate_requests r
                       where r.booking_link_id = l.id and r.kind = 'new_link' and r.settled_at is null) "newLinkAsked",
              case when booking.booking_id is not null then jsonb_build_object(
                'bookingId', booking.booking_id, 'bookingUrl', booking.booking_url,
                'pending', booking.status = 'pending', 'over', booking.end_time <= clock_timestamp(),
                'startTime', booking.start_time, 'endTime', booking.end_time,
                'hostName', booking.host_name, 'location', booking.location) end booking,
              case when last.status in ('cancelled', 'rejected') then jsonb_build_object(
                'rejected', last.status = 'rejected', 'startTime', last.start_time) end former
         from booking_links l
         join invitations i on i.id = l.invitation_id
         join assessments a on a.id = i.assessment_id
         join orgs o on o.id = l.org_id
        cross join lateral (
           select coalesce((select e.to_address from emails e
                             where e.invitation_id = i.id and e.booking_link_id = l.id and e.kind = 'invitation'
                             order by e.sent_at desc nulls last, e.created_at desc limit 1), i.email) address) mailed
         left join cal_com_event_types t on t.org_id = l.org_id and t.event_type_id = l.event_type_id
         left join lateral (
           select * from cal_com_bookings b
            where b.invitation_id = i.id and b.status in ('pending', 'confirmed') and b.missing_since is null
              and (b.end_time > clock_timestamp()
                   or b.end_time > l.created_at
                      and not exists (select 1 from emails e
                                       where e.invitation_id = i.id and e.booking_link_id = l.id
                                         and e.kind = 'invitation' and e.sent_at > b.end_time))
            order by b.start_time desc limit 1) booking on true
         left join lateral (
           select * from cal_com_bookings b
            where b.invitation_id = i.id
            order by b.next_booking_id is not null, coalesce(b.cal_created_at, b.created_at) desc limit 1) last on true
        where l.token = $1`,
      [token],
    );
    if (!link) {
      return { kind: 'unknown' };
    }
    return { kind: kindOf(link), link };
  }

  /** A hint and no more: mail scanners open links before people do. */
  async countOpen(linkId: string): Promise<void> {
    await this.dataSource.query(
      `update booking_links set open_count = open_count + 1, last_opened_at = clock_timestamp() where id = $1`,
      [linkId],
    );
  }
}

/** An interview is shown whatever became of the link; a link that was replaced shows nothing. */
function kindOf(link: LinkRow): KnownLink['kind'] {
  if (link.revoked) {
    return 'revoked';
  }
  if (link.booking) {
    return 'booked';
  }
  if (link.declined) {
    return 'declined';
  }
  if (link.expired) {
    return 'expired';
  }
  return link.former ? 'cancelled' : 'choose';
}
