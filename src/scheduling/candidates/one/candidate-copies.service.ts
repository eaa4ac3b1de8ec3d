import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { Activities } from '../../../activity/activities.service.js';
import { deedInWords } from '../../../activity/activity-words.js';
import { recordActivity } from '../../../activity/record-activity.js';
import { parseMailTemplate } from '../../../templating/mail/parse-mail-template.js';
import { renderMail } from '../../../templating/mail/render-mail.js';
import type { MailValues } from '../../../templating/mail/mail-names.js';
import type { Actor } from '../../../shared/actor.js';

interface MailRow {
  readonly values: MailValues | null;
  readonly subject: string | null;
  readonly body: string | null;
  readonly to: string;
  readonly state: string;
  readonly sent_at: string | null;
  readonly events: readonly object[];
}

const mostDeeds = 10_000;
/** The invitations of the same address in the organization: a person asks, and not an invitation. */
const theirs = `select same.id from invitations i
  join invitations same on same.org_id = i.org_id and lower(same.email) = lower(i.email)
 where i.org_id = $1 and i.id = $2 and i.erased_at is null`;
/** The rest of a link opens their pages: a copy may come into other hands. */
const hiddenLink = 'https://link.invalid/left-out';

/** All that is kept of a person, for whoever asks what that is (GDPR, article 15). */
@Injectable()
export class CandidateCopies {
  constructor(
    private readonly dataSource: DataSource,
    private readonly activities: Activities,
  ) {}

  /** `null`: the organization has no such candidate, or they are erased. That it was made is noted. */
  async make(actor: Actor, invitationId: string): Promise<object | null> {
    const invitations = await this.rows<{ readonly id: string }>(
      actor,
      invitationId,
      `select i.id, i.name, i.email, i.external_id, a.title assessment, i.status, i.submitted_at, i.time_zone,
              i.declined_at, i.created_at, i.updated_at
         from invitations i join assessments a on a.id = i.assessment_id
        where i.id in (${theirs}) order by i.created_at`,
    );
    if (invitations.length === 0) {
      return null;
    }
    await recordActivity(this.dataSource.manager, actor, { action: 'candidate.copied', invitationId });
    return {
      about: 'All that Interlude keeps of this person for this organization.',
      made_at: new Date().toISOString(),
      invitations,
      booking_links: await this.rows(actor, invitationId, links),
      mails: (await this.rows<MailRow>(actor, invitationId, mails)).map(written),
      bookings: await this.rows(actor, invitationId, bookings),
      asked_for: await this.rows(actor, invitationId, requests),
      notes_of_the_team: await this.rows(actor, invitationId, notes),
      no_mail: await this.rows(actor, invitationId, suppressions),
      told_by_cal_com: await this.rows(actor, invitationId, deliveries),
      what_was_done: await this.deeds(actor, invitations),
    };
  }

  private rows<Row>({ orgId }: Actor, invitationId: string, sql: string): Promise<Row[]> {
    return this.dataSource.query<Row[]>(sql, [orgId, invitationId]);
  }

  private async deeds(actor: Actor, invitations: readonly { readonly id: string }[]): Promise<object[]> {
    const lists = await Promise.all(
      invitations.map(({ id }) =>
        this.activities.list(
          actor,
          { area: null, who: null, about: { type: 'candidate', id }, from: null, until: null },
          { limit: mostDeeds },
        ),
      ),
    );
    return lists
      .flatMap(({ rows }) => rows)
      .toSorted((left, right) => left.at.getTime() - right.at.getTime())
      .map((row) => ({
        at: row.at,
        by: row.who === 'candidate' ? 'the person' : row.who === 'system' ? 'Interlude' : 'the organization',
        what: deedInWords(row)
          .map(({ text }) => text)
          .join('')
          .trim(),
      }));
  }
}

function written({ values, subject, body, ...mail }: MailRow): object {
  const parsed = values && subject !== null && body !== null ? parseMailTemplate({ subject, body }) : null;
  if (!values || !parsed?.ok) {
    return { ...mail, subject: null, text: null };
  }
  const shown = renderMail(parsed.template, { ...values, ...(values.booking_link && { booking_link: hiddenLink }) });
  return { ...mail, subject: shown.subject, text: shown.text };
}

const links = `
  select l.event_type_id, t.title event_type, l.created_at, l.expires_at, l.revoked_at, l.open_count, l.last_opened_at
    from booking_links l
    left join cal_com_event_types t on t.org_id = l.org_id and t.event_type_id = l.event_type_id
   where l.org_id = $1 and l.invitation_id in (${theirs}) order by l.created_at`;

const mails = `
  select e.kind, e.to_name, e.to_address "to", e.state, e.reason, e.created_at, e.sent_at, t.subject, t.body,
         e.template_values "values",
         (select coalesce(jsonb_agg(jsonb_build_object('type', v.type, 'detail', v.detail, 'at', v.at) order by v.id), '[]')
            from email_events v where v.email_id = e.id) events
    from emails e
    left join cal_com_bookings b on b.id = e.booking_id
    left join email_templates t on t.id = e.template_id
   where e.org_id = $1 and coalesce(e.invitation_id, b.invitation_id) in (${theirs}) order by e.created_at`;

const bookings = `
  select booking_id, previous_booking_id, status, title, location, start_time, end_time, host_name, attendee_name,
         attendee_email, attendee_time_zone, cancellation_reason, cal_created_at, cal_updated_at
    from cal_com_bookings where org_id = $1 and invitation_id in (${theirs}) order by start_time`;

const requests = `
  select kind, windows, note, time_zone, created_at, settled_at
    from candidate_requests where org_id = $1 and invitation_id in (${theirs}) order by created_at`;

/** Without who wrote them: that is about the writers. */
const notes = `
  select text, created_at from candidate_notes
   where org_id = $1 and invitation_id in (${theirs}) order by created_at`;

const suppressions = `
  select s.address, s.cause, s.detail, s.created_at, s.lifted_at, s.lift_reason from suppressions s
   where s.org_id = $1 and s.address in (select lower(email) from invitations where id in (${theirs})) order by s.created_at`;

const deliveries = `
  select d.type, d.received_at, d.payload from webhook_deliveries d
   where d.org_id = $1 and d.payload is not null
     and d.booking_id in (select booking_id from cal_com_bookings where org_id = $1 and invitation_id in (${theirs}))
   order by d.received_at`;
