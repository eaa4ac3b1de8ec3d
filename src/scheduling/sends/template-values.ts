import type { EntityManager } from 'typeorm';
import type { Actor } from '../../shared/actor.js';
import type { MailName } from '../../templating/mail/mail-names.js';

/** SQL: the values of the five names for one mail, over the aliases i, a, o and l; `publicUrl` is a parameter's place. */
export function templateValues(publicUrl: string): string {
  return `jsonb_build_object(
    'candidate_name', i.name,
    'booking_link', ${publicUrl}::text || '/i/' || l.token,
    'assessment_title', a.title,
    'org_name', o.name,
    'meeting_date', null)`;
}

/** SQL: whether one of these names has no value, by the columns that tell of each. */
export function lacksValue(neededNames: readonly MailName[], columns: Readonly<Record<MailName, string>>): string {
  return neededNames.map((name) => `coalesce(${columns[name]}, '') = ''`).join(' or ') || 'false';
}

/**
 * Skips the drafts that lack a value the message needs, and takes back those that no longer do. Their `state_at` stays:
 * whoever was mailed since the draft looked must be found by it at dispatch.
 */
export async function skipMissingValues(
  manager: EntityManager,
  actor: Actor,
  sendId: string,
  neededNames: readonly MailName[],
): Promise<void> {
  const lacks = lacksValue(neededNames, {
    candidate_name: 'i.name',
    booking_link: 'l.token',
    assessment_title: 'a.title',
    org_name: 'o.name',
    meeting_date: 'null',
  });
  await manager.query(
    `update emails e
        set state = case when judged.missing then 'skipped' else 'draft' end,
            reason_code = case when judged.missing then 'missing_value' end
       from (select d.id, ${lacks} missing
               from emails d
               join invitations i on i.id = d.invitation_id
               join assessments a on a.id = i.assessment_id
               join orgs o on o.id = d.org_id
               left join booking_links l on l.id = d.booking_link_id
              where d.org_id = $1 and d.send_id = $2) judged
      where e.id = judged.id
        and ((e.state = 'draft' and judged.missing) or (e.reason_code = 'missing_value' and not judged.missing))`,
    [actor.orgId, sendId],
  );
}
