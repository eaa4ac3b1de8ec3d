import type { EntityManager } from 'typeorm';
import { erasedAddress, erasedName } from './person.js';

/** SQL: the ids of all mails to the invitations `$2` of the organization `$1`, their confirmations among them. */
export const mailsOfPeople = `
  select id from emails where org_id = $1 and invitation_id = any($2::uuid[])
   union all
  select c.id from cal_com_bookings b join emails c on c.booking_id = b.id
   where b.org_id = $1 and b.invitation_id = any($2::uuid[])`;

/**
 * SQL: why an erasure of the mail `e` has to wait: it is in a request on its way, which must be settled first, or the
 * provider told of it and nobody has looked yet.
 */
const isOnItsWay = `(
  e.state = 'sending'
  or exists (select 1 from webhook_deliveries d
              where d.provider = 'resend' and d.payload is not null and d.handled_at is null
                and position(e.id::text in lower(d.payload)) > 0))`;

/** What waits for its turn stays here. Of what was written, only that it was, and what became of it. */
export async function skipMails(manager: EntityManager, orgId: string, ids: readonly string[]): Promise<void> {
  await manager.query(
    `with skipped as (
       update emails set state = 'skipped', reason_code = 'erased', reason = null, state_at = clock_timestamp()
        where id in (${mailsOfPeople}) and state in ('draft', 'queued')
       returning org_id, id)
     insert into email_events (org_id, email_id, type) select org_id, id, 'skipped' from skipped`,
    [orgId, ids],
  );
}

/** Empties the mails that are not on their way. Answers the addresses they went to, each once, in lower case. */
export async function eraseMails(manager: EntityManager, orgId: string, ids: readonly string[]): Promise<string[]> {
  const rows = await manager.query<{ address: string }[]>(
    `select distinct lower(e.to_address) address from emails e
      where e.id in (${mailsOfPeople}) and e.erased_at is null and not ${isOnItsWay}`,
    [orgId, ids],
  );
  await manager.query(
    `with erased as (
       update emails e
          set to_name = '${erasedName}', to_address = ${erasedAddress('e.id')}, template_values = null, reason = null,
              erased_at = clock_timestamp()
        where e.id in (${mailsOfPeople}) and e.erased_at is null and not ${isOnItsWay}
       returning e.id)
     update email_events v set detail = null from erased where v.email_id = erased.id and v.detail is not null`,
    [orgId, ids],
  );
  return rows.map(({ address }) => address);
}

/** Tests that somebody sent to themselves show the candidate who came first. */
export async function eraseTestMails(
  manager: EntityManager,
  orgId: string,
  ids: readonly string[],
  names: readonly string[],
): Promise<void> {
  await manager.query(
    `update emails t set template_values = null, erased_at = clock_timestamp()
      where t.org_id = $1 and t.kind = 'test' and t.state <> 'sending' and t.template_values ->> 'candidate_name' = any($3)
        and t.send_id in (select send_id from emails where org_id = $1 and invitation_id = any($2::uuid[]))`,
    [orgId, ids, names],
  );
}

/** Which of these have a mail that is not empty yet. */
export async function withMailsOnTheirWay(
  manager: EntityManager,
  orgId: string,
  ids: readonly string[],
): Promise<Set<string>> {
  const rows = await manager.query<{ id: string }[]>(
    `select coalesce(e.invitation_id, b.invitation_id) id
       from emails e left join cal_com_bookings b on b.id = e.booking_id
      where e.id in (${mailsOfPeople}) and e.erased_at is null`,
    [orgId, ids],
  );
  return new Set(rows.map(({ id }) => id));
}
