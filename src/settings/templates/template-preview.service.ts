import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { SETTINGS, type Settings } from '../../config/settings.js';
import { meetingDate } from '../../scheduling/confirmations/meeting-date.js';
import { candidateAddress } from '../../scheduling/links/candidate-address.js';
import { sampleToken } from '../../scheduling/links/sample-token.js';
import { templateValues } from '../../scheduling/sends/template-values.js';
import type { Actor } from '../../shared/actor.js';
import type { MailName, MailValues } from '../../templating/mail/mail-names.js';
import { parseMailTemplate, type MailContent } from '../../templating/mail/parse-mail-template.js';
import { missingValues, renderMail, type RenderedMail } from '../../templating/mail/render-mail.js';

/** Whose mail is shown: a candidate's invitation with the values a send would take, or nobody's. */
export interface PreviewPerson {
  readonly invitationId: string | null;
  readonly name: string;
  readonly email: string;
  readonly values: MailValues;
  /** Of the confirmed booking; null without one. */
  readonly meetingDate: string | null;
}

export interface TemplatePreview {
  readonly mail: RenderedMail;
  /** The names that this person has no value for yet. */
  readonly sampled: readonly MailName[];
  /** The names that have no value in any such mail. */
  readonly unsupplied: readonly MailName[];
}

export interface Suggestion {
  readonly name: string;
  readonly email: string;
}

type PersonRow = Omit<PreviewPerson, 'meetingDate'> & {
  readonly startTime: Date | null;
  readonly zones: readonly (string | null)[];
};

const suggested = 50;
const sampleStart = new Date('2027-01-12T09:00:00Z');

const openLinks = `select l.invitation_id, l.token, l.created_at from booking_links l
  where l.org_id = $1 and l.revoked_at is null and l.expires_at > clock_timestamp()`;

const confirmed = `select c.invitation_id, c.start_time, c.attendee_time_zone, c.created_at from cal_com_bookings c
  where c.org_id = $1 and c.invitation_id is not null and c.status = 'confirmed'`;

/** A template as somebody would get it. */
@Injectable()
export class TemplatePreviewService {
  constructor(
    private readonly dataSource: DataSource,
    @Inject(SETTINGS) private readonly settings: Settings,
  ) {}

  /** The candidate who booked last, or got a link last, else any; sample values while there is nobody. */
  async findFirst(actor: Actor, supplied: readonly MailName[]): Promise<PreviewPerson> {
    const [row] = await this.dataSource.query<{ id: string | null }[]>(
      `select coalesce((select b.invitation_id from (${confirmed}) b where $2 order by b.created_at desc limit 1),
                       (select o.invitation_id from (${openLinks}) o order by o.created_at desc limit 1),
                       (select id from invitations where org_id = $1 order by id limit 1)) id`,
      [actor.orgId, supplied.includes('meeting_date')],
    );
    const person = row?.id ? await this.find(actor, row.id) : null;
    return person ?? this.nobody(actor);
  }

  async find(actor: Actor, invitationId: string): Promise<PreviewPerson | null> {
    const [row] = await this.dataSource.query<PersonRow[]>(
      `select i.id "invitationId", i.name, i.email, ${templateValues('$3')} "values",
              b.start_time "startTime", array[b.attendee_time_zone, i.time_zone, o.time_zone] zones
         from invitations i
         join assessments a on a.id = i.assessment_id
         join orgs o on o.id = i.org_id
         left join lateral (select * from (${openLinks}) open where open.invitation_id = i.id
                             order by open.created_at desc limit 1) l on true
         left join lateral (select * from (${confirmed}) booked where booked.invitation_id = i.id
                             order by booked.start_time desc limit 1) b on true
        where i.org_id = $1 and i.id = $2`,
      [actor.orgId, invitationId, this.settings.publicUrl],
    );
    if (!row) {
      return null;
    }
    const { startTime, zones, ...person } = row;
    return { ...person, meetingDate: startTime && meetingDate(startTime, zones) };
  }

  /** The id of the newest invitation of this address. */
  async findByEmail(actor: Actor, email: string): Promise<string | null> {
    const [row] = await this.dataSource.query<{ id: string }[]>(
      `select id from invitations where org_id = $1 and lower(email) = lower($2) order by created_at desc, id limit 1`,
      [actor.orgId, email],
    );
    return row?.id ?? null;
  }

  /** Some to choose from, those with the newest links first. */
  async suggest(actor: Actor): Promise<Suggestion[]> {
    return this.dataSource.query(
      `select i.name, i.email from invitations i
         left join (select invitation_id, max(created_at) at from (${openLinks}) o group by 1) linked
           on linked.invitation_id = i.id
        where i.org_id = $1 order by linked.at desc nulls last, i.name, i.id limit $2`,
      [actor.orgId, suggested],
    );
  }

  /**
   * Null where the content is no valid template. Names that have a value in every such mail get a sample where this
   * person has none; so do others that are used all the same, and these are `unsupplied`.
   */
  render(content: MailContent, person: PreviewPerson, supplied: readonly MailName[]): TemplatePreview | null {
    const parsed = parseMailTemplate(content, []);
    if (!parsed.ok) {
      return null;
    }
    const samples = this.samples();
    const filled: Partial<Record<MailName, string | null>> = {
      ...person.values,
      meeting_date: supplied.includes('meeting_date') ? person.meetingDate : null,
    };
    const sampled = supplied.filter((name) => !filled[name]);
    const unsupplied: MailName[] = [];
    for (const name of sampled) {
      filled[name] = samples[name];
    }
    // A value that stands in may decide an `{{#if}}`, and what that holds may lack another.
    for (let missing = missingValues(parsed.template, filled); missing.length > 0;) {
      unsupplied.push(...missing);
      for (const name of missing) {
        filled[name] = samples[name];
      }
      missing = missingValues(parsed.template, filled);
    }
    return { mail: renderMail(parsed.template, filled), sampled, unsupplied };
  }

  private async nobody(actor: Actor): Promise<PreviewPerson> {
    const [org] = await this.dataSource.query<{ name: string }[]>('select name from orgs where id = $1', [actor.orgId]);
    const { candidate_name: name, ...samples } = this.samples();
    return {
      invitationId: null,
      name,
      email: 'sam@example.com',
      values: { ...samples, candidate_name: name, org_name: org!.name },
      meetingDate: samples.meeting_date,
    };
  }

  private samples(): Record<MailName, string> {
    return {
      candidate_name: 'Sam Sample',
      booking_link: candidateAddress(this.settings.publicUrl, sampleToken),
      assessment_title: 'Sample assessment',
      meeting_date: meetingDate(sampleStart, ['UTC']),
      org_name: 'Your organization',
    };
  }
}
