import type { EntityManager } from 'typeorm';
import type { Actor } from '../../shared/actor.js';
import { mailNames, type MailName } from '../../templating/mail/mail-names.js';

/** SQL: each of the five names for one mail, over the aliases i, a, o and l; `publicUrl` is a parameter's place. */
const valueOf: Readonly<Record<MailName, (publicUrl: string) => string>> = {
  candidate_name: () => 'i.name',
  booking_link: (publicUrl) => `${publicUrl}::text || '/i/' || l.token`,
  assessment_title: () => 'a.title',
  org_name: () => 'o.name',
  meeting_date: () => 'null::text',
};

/** SQL: all of them, by name. */
export function templateValues(publicUrl: string): string {
  return `jsonb_build_object(${mailNames.map((name) => `'${name}', ${valueOf[name](publicUrl)}`).join(', ')})`;
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
  const anywhere = `'https://interlude.example'`;
  const lacks = neededNames.map((name) => `coalesce(${valueOf[name](anywhere)}, '') = ''`).join(' or ') || 'false';
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
