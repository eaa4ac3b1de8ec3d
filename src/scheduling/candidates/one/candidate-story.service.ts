import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Activities, type NamedActivity } from '../../../activity/activities.service.js';
import { CalComBooking } from '../../../cal-com/cal-com-booking.entity.js';
import type { InvitationStatus } from '../../../candidates/invitation.entity.js';
import type { Email } from '../../../email/email.entity.js';
import type { SuppressionCause } from '../../../email/suppression.entity.js';
import type { Actor } from '../../../shared/actor.js';
import { BookingLink } from '../../links/booking-link.entity.js';
import { CandidateRequest } from '../../requests/candidate-request.entity.js';
import { listedInvitations, type SchedulingStatus } from '../scheduling-status.js';

export interface StoryCandidate {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly status: InvitationStatus;
  readonly schedulingStatus: SchedulingStatus;
  readonly assessmentTitle: string;
  readonly timeZone: string | null;
  readonly submittedAt: Date | null;
  readonly declinedAt: Date | null;
  readonly createdAt: Date;
  readonly suppressedBy: SuppressionCause | null;
}

type ToldEmail = Pick<
  Email,
  'id' | 'kind' | 'state' | 'reason' | 'reasonCode' | 'sendId' | 'dueAt' | 'stateAt' | 'createdAt'
>;

/** A mail to the candidate, who sent it, and what happened to it in order. */
export interface StoryEmail extends ToldEmail {
  readonly sentBy: string | null;
  readonly events: readonly { readonly type: string; readonly detail: string | null; readonly at: string }[];
}

export interface StoryNote {
  readonly id: string;
  readonly text: string;
  readonly createdAt: Date;
  readonly userId: string | null;
  readonly author: string | null;
}

/** All that is known of one candidate; nothing is asked of Cal.com. */
export interface CandidateStory {
  readonly candidate: StoryCandidate;
  /** By Cal.com's id of the event type. */
  readonly eventTypes: ReadonlyMap<number, string>;
  /** The newest first. */
  readonly links: readonly BookingLink[];
  /** What is open first, then the newest. */
  readonly bookings: readonly CalComBooking[];
  readonly emails: readonly StoryEmail[];
  readonly requests: readonly CandidateRequest[];
  readonly activities: readonly NamedActivity[];
  readonly notes: readonly StoryNote[];
}

/** Of each kind, the newest: nobody reads more, and no page grows without end. */
const mostOfAKind = 200;

@Injectable()
export class CandidateStoryService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly activities: Activities,
  ) {}

  /** `null`: the organization has no such candidate. */
  async find(actor: Actor, invitationId: string): Promise<CandidateStory | null> {
    const { orgId } = actor;
    const about = { type: 'candidate', id: invitationId };
    const newest = { where: { orgId, invitationId }, order: { createdAt: 'DESC' }, take: mostOfAKind } as const;
    const [candidate, eventTypes, links, bookings, emails, requests, activities, notes] = await Promise.all([
      this.candidateOf(actor, invitationId),
      this.eventTypesOf(actor),
      this.dataSource.getRepository(BookingLink).find(newest),
      this.bookingsOf(actor, invitationId),
      this.emailsOf(actor, invitationId),
      this.dataSource.getRepository(CandidateRequest).find(newest),
      this.activities.list(actor, { area: null, who: null, about, from: null, until: null }, { limit: mostOfAKind }),
      this.notesOf(actor, invitationId),
    ]);
    return (
      candidate && { candidate, eventTypes, links, bookings, emails, requests, activities: activities.rows, notes }
    );
  }

  private async candidateOf({ orgId }: Actor, invitationId: string): Promise<StoryCandidate | null> {
    const [candidate] = await this.dataSource.query<StoryCandidate[]>(
      `select listed.id, listed.name, listed.email, listed.status, listed.scheduling_status "schedulingStatus",
              listed.assessment_title "assessmentTitle", listed.time_zone "timeZone",
              listed.submitted_at "submittedAt", listed.declined_at "declinedAt",
              listed.suppressed_by "suppressedBy", i.created_at "createdAt"
         from (${listedInvitations}) listed join invitations i on i.id = listed.id where listed.id = $2`,
      [orgId, invitationId],
    );
    return candidate ?? null;
  }

  private async eventTypesOf({ orgId }: Actor): Promise<Map<number, string>> {
    const rows = await this.dataSource.query<{ id: number; title: string }[]>(
      `select event_type_id::float8 id, title from cal_com_event_types where org_id = $1`,
      [orgId],
    );
    return new Map(rows.map(({ id, title }) => [id, title]));
  }

  private bookingsOf({ orgId }: Actor, invitationId: string): Promise<CalComBooking[]> {
    return this.dataSource
      .getRepository(CalComBooking)
      .createQueryBuilder('b')
      .where('b.orgId = :orgId and b.invitationId = :invitationId', { orgId, invitationId })
      .orderBy(`b.status in ('pending', 'confirmed')`, 'DESC')
      .addOrderBy('b.startTime', 'DESC')
      .limit(mostOfAKind)
      .getMany();
  }

  /** But test mails, what a draft left out, and drafts that were given up. */
  private emailsOf({ orgId }: Actor, invitationId: string): Promise<StoryEmail[]> {
    return this.dataSource.query<StoryEmail[]>(
      `select e.id, e.kind, e.state, e.reason, e.reason_code "reasonCode", e.send_id "sendId", e.due_at "dueAt",
              e.state_at "stateAt", e.created_at "createdAt", u.name "sentBy",
              (select coalesce(jsonb_agg(jsonb_build_object('type', v.type, 'detail', v.detail, 'at', v.at)
                                         order by v.at, v.id), '[]')
                 from email_events v where v.email_id = e.id) events
         from (select id from emails where org_id = $1 and invitation_id = $2 and kind = 'invitation'
                union all
               select c.id from cal_com_bookings b join emails c on c.booking_id = b.id
                where b.org_id = $1 and b.invitation_id = $2) mine
         join emails e on e.id = mine.id
         left join sends s on s.org_id = e.org_id and s.id = e.send_id
         left join users u on u.id = s.created_by
        where e.send_id is null or s.dispatched_at is not null or (e.state = 'draft' and s.cancelled_at is null)
        order by e.created_at desc limit ${mostOfAKind}`,
      [orgId, invitationId],
    );
  }

  private notesOf({ orgId }: Actor, invitationId: string): Promise<StoryNote[]> {
    return this.dataSource.query<StoryNote[]>(
      `select n.id, n.text, n.created_at "createdAt", n.user_id "userId", u.name author
         from candidate_notes n left join users u on u.id = n.user_id
        where n.org_id = $1 and n.invitation_id = $2
        order by n.created_at desc limit ${mostOfAKind}`,
      [orgId, invitationId],
    );
  }
}
