import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { recordActivity } from '../../activity/record-activity.js';
import { EmailTemplatesService } from '../../email/email-templates.service.js';
import { orderedId } from '../../database/ordered-id.js';
import { Email } from '../../email/email.entity.js';
import type { Actor } from '../../shared/actor.js';
import { BookingLinksService } from '../links/booking-links.service.js';
import { refreshStatistics } from './fresh-statistics.js';
import { neededNames } from './needed-names.js';
import { Send } from './send.entity.js';
import { notReachable } from './skip-reasons.js';
import { lacksValue, skipMissingValues } from './template-values.js';

export interface DraftChoice {
  readonly eventTypeId: number;
  readonly lengthInMinutes: number | null;
  readonly replyTo: string | null;
  readonly subject?: string;
  readonly body?: string;
  /** Where an open link of any event type will do (JSON API); the page asks for the type that was chosen. */
  readonly anyOpenLink?: boolean;
  readonly includeRecent?: boolean;
  /** Also whoever has had the interview. */
  readonly anotherRound?: boolean;
}

/** `stillSkipped` is the code of what else keeps the person from getting the mail. */
export type WriteOnceOutcome =
  | { readonly kind: 'changed' }
  | { readonly kind: 'decided'; readonly toName: string; readonly stillSkipped: string | null };

const templateName = 'scheduling_invitation';

/** Drafts: who would get the mail, who is skipped and why, and what it says. Nothing leaves from here. */
@Injectable()
export class SendDraftsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly templates: EmailTemplatesService,
    private readonly links: BookingLinksService,
  ) {}

  /** A draft over these invitations, which must be the actor's own, in this order. Missing links are made too. */
  async draft(actor: Actor, invitationIds: readonly string[], choice: DraftChoice): Promise<Send> {
    const template = await this.templates.current(actor, templateName);
    const draft = await this.dataSource.transaction(async (manager) => {
      // Whoever is erased meanwhile either is not drafted, or is found in the draft.
      await manager.query('select 1 from orgs where id = $1 for share', [actor.orgId]);
      const send = await manager.save(Send, {
        orgId: actor.orgId,
        eventTypeId: choice.eventTypeId,
        templateId: template.id,
        subject: choice.subject ?? template.subject,
        body: choice.body ?? template.body,
        replyTo: choice.replyTo,
        createdBy: actor.userId,
      });
      await this.links.ensure(
        manager,
        actor,
        choice.anyOpenLink ? await this.withoutOpenLink(manager, actor, invitationIds) : invitationIds,
        { eventTypeId: choice.eventTypeId, lengthInMinutes: choice.lengthInMinutes, onExisting: 'reuse' },
      );
      await this.addRecipients(manager, actor, send, invitationIds, choice);
      const subject = { type: 'send', id: send.id } as const;
      const after = { count: invitationIds.length, eventTypeId: choice.eventTypeId };
      await recordActivity(manager, actor, { action: 'send.drafted', subject, after });
      return manager.findOneByOrFail(Send, { id: send.id, orgId: actor.orgId });
    });
    await refreshStatistics(this.dataSource, invitationIds.length, ['booking_links', 'candidate_states', 'emails']);
    return draft;
  }

  /**
   * Keeps a changed subject and message, perhaps those of another template; false when the draft moved on since
   * `revision` or is no draft any more.
   */
  async changeContent(
    actor: Actor,
    id: string,
    revision: number,
    content: { subject: string; body: string; templateId?: string },
  ): Promise<boolean> {
    return this.dataSource.transaction(async (manager) => {
      const kept = await this.revise(manager, actor, id, revision, content);
      if (kept) {
        await skipMissingValues(manager, actor, id, neededNames(content));
      }
      return kept;
    });
  }

  /** Takes those in who were skipped only because they had a mail a few days ago. */
  async includeRecent(actor: Actor, id: string, revision: number): Promise<boolean> {
    return this.dataSource.transaction(async (manager) => {
      if (!(await this.revise(manager, actor, id, revision, {}))) {
        return false;
      }
      await manager.query(
        `update emails e set state = 'draft', reason_code = null, reason = null, state_at = clock_timestamp()
          where e.org_id = $1 and e.send_id = $2 and e.reason_code = 'recent'
            and not exists (select 1 from emails other where other.send_id = e.send_id and other.state <> 'skipped'
                             and other.kind = 'invitation' and lower(other.to_address) = lower(e.to_address))`,
        [actor.orgId, id],
      );
      return true;
    });
  }

  /** Takes one in who opted out: somebody read the warning. Null where the draft skips no such person. */
  async writeOnce(actor: Actor, id: string, revision: number, emailId: string): Promise<WriteOnceOutcome | null> {
    return this.dataSource.transaction(async (manager) => {
      const email = await manager.findOneBy(Email, { orgId: actor.orgId, sendId: id, id: emailId, state: 'skipped' });
      if (!email) {
        return null;
      }
      if (!(await this.revise(manager, actor, id, revision, {}))) {
        return { kind: 'changed' };
      }
      const send = await manager.findOneByOrFail(Send, { id, orgId: actor.orgId });
      await this.overrideOptOut(manager, actor, emailId);
      await skipMissingValues(manager, actor, id, neededNames(send));
      const { toName, reasonCode, invitationId, despiteOptOut } = await manager.findOneByOrFail(Email, {
        id: emailId,
        orgId: actor.orgId,
      });
      if (despiteOptOut) {
        const subject = { type: 'send', id } as const;
        await recordActivity(manager, actor, { action: 'opt-out.overruled', subject, invitationId });
      }
      return { kind: 'decided', toName, stillSkipped: reasonCode };
    });
  }

  /** A mail of a few days ago still asks for its own step, which then finds the decision taken. */
  private async overrideOptOut(manager: EntityManager, actor: Actor, emailId: string): Promise<void> {
    await manager.query(
      `with judged as (
         select e.id, case when exists (select 1 from emails other
                                         where other.send_id = e.send_id and other.kind = 'invitation'
                                           and other.state <> 'skipped' and lower(other.to_address) = lower(e.to_address))
                           then 'twice'
                     else ${notReachable('i', { recentDays: 'o.recent_mail_days', despiteOptOut: 'true' })} end code
           from emails e join invitations i on i.id = e.invitation_id join orgs o on o.id = e.org_id
          where e.org_id = $1 and e.id = $2 and e.state = 'skipped' and e.reason_code = 'opted_out'),
       decided as (
         update emails e
            set state = case when code is null then 'draft' else 'skipped' end, reason_code = code,
                despite_opt_out = coalesce(code, 'recent') = 'recent', state_at = clock_timestamp()
           from judged where e.id = judged.id
         returning e.org_id, e.id, e.despite_opt_out)
       insert into email_events (org_id, email_id, type, detail)
       select org_id, id, 'opt_out_overruled', 'By ' || (select name from users where id = $3) || ', for this mail only.'
         from decided where despite_opt_out`,
      [actor.orgId, emailId, actor.userId],
    );
  }

  private async revise(
    manager: EntityManager,
    actor: Actor,
    id: string,
    revision: number,
    content: { subject?: string; body?: string; templateId?: string },
  ): Promise<boolean> {
    const { affected } = await manager
      .createQueryBuilder()
      .update(Send)
      .set({ ...content, revision: () => 'revision + 1' })
      .where('org_id = :orgId and id = :id and revision = :revision', { orgId: actor.orgId, id, revision })
      .andWhere('dispatched_at is null and cancelled_at is null')
      .execute();
    return affected === 1;
  }

  private async withoutOpenLink(
    manager: EntityManager,
    actor: Actor,
    invitationIds: readonly string[],
  ): Promise<string[]> {
    const rows = await manager.query<{ id: string }[]>(
      `select id from unnest($2::uuid[]) picked (id)
        where not exists (select 1 from booking_links l where l.org_id = $1 and l.invitation_id = picked.id
                             and l.revoked_at is null and l.expires_at > clock_timestamp())`,
      [actor.orgId, invitationIds],
    );
    return rows.map((row) => row.id);
  }

  /** One row an invitation: draft, or skipped with the reason; an address twice is skipped the second time. */
  private async addRecipients(
    manager: EntityManager,
    actor: Actor,
    send: Send,
    invitationIds: readonly string[],
    choice: DraftChoice,
  ): Promise<void> {
    const reachability = {
      recentDays: choice.includeRecent ? null : 'picked.recent_mail_days',
      skipsInterviewed: !choice.anotherRound,
    };
    const lacks = lacksValue(neededNames(send), {
      candidate_name: 'name',
      booking_link: 'link_id::text',
      assessment_title: 'assessment_title',
      org_name: 'org_name',
      meeting_date: 'null',
    });
    await manager.query(
      `with picked as (
         select i.*, p.position, o.recent_mail_days, o.name org_name, a.title assessment_title,
                row_number() over (partition by lower(i.email) order by p.position) nth_of_address,
                link.id link_id
           from unnest($3::uuid[]) with ordinality p (id, position)
           join invitations i on i.id = p.id and i.org_id = $1
           join assessments a on a.id = i.assessment_id
           join orgs o on o.id = $1
           left join lateral (
             select l.id from booking_links l
              where l.invitation_id = i.id and l.revoked_at is null and l.expires_at > clock_timestamp()
              order by (l.event_type_id = $4 and not $6) desc, l.created_at desc limit 1) link on true
       ), judged as (
         select picked.*, coalesce(case when nth_of_address > 1 then 'twice'
                                        else ${notReachable('picked', reachability)} end,
                                   case when ${lacks} then 'missing_value' end) reason_code
           from picked
       )
       insert into emails (id, org_id, send_id, invitation_id, booking_link_id, position, to_name, to_address, reply_to,
                           state, reason_code)
       select ${orderedId}, $1, $2, id, link_id, position, name, email, $5,
              case when reason_code is null then 'draft' else 'skipped' end, reason_code
         from judged`,
      [actor.orgId, send.id, invitationIds, choice.eventTypeId, choice.replyTo, choice.anyOpenLink ?? false],
    );
  }
}
