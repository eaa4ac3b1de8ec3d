import type { EntityManager } from 'typeorm';

/** Imports of one organization take turns until the end of their transactions; its settings can change meanwhile. */
export async function takeImportTurn(manager: EntityManager, orgId: string): Promise<void> {
  await manager.query(`select pg_advisory_xact_lock(hashtextextended('import into ' || $1::text, 0))`, [orgId]);
}

/** Enough for a file of usual size to be sorted and joined without a detour over the disk. */
const workMemory = '64MB';

/** `planned_invitations`: each of `staged_invitations` with what would become of it. Nothing else is changed. */
export async function planMerge(manager: EntityManager, orgId: string): Promise<void> {
  await takeImportTurn(manager, orgId);
  await manager.query(`
    set local work_mem = '${workMemory}';
    analyze staged_invitations;
    create temporary table planned_invitations (
      line integer, name text, email text, assessment text, status text, submitted_at timestamptz, time_zone text,
      external_id text, assessment_id uuid, invitation_id uuid, is_moved boolean, outcome text, refusal text,
      first_line integer, erased_at timestamptz
    ) on commit drop`);
  await manager.query(planStatement, [orgId]);
}

/** Writes what is planned, in an order in which each statement finds what it needs. */
export async function mergeInvitations(manager: EntityManager, orgId: string): Promise<void> {
  for (const statement of [createAssessments, replaceLinks, changeInvitations, createInvitations]) {
    await manager.query(statement, [orgId]);
  }
}

/**
 * Of the rows for one person the first counts: the same address or external_id in one assessment, or two ways to name
 * one invitation. An address stays with whom it belongs to, and so does an external_id.
 */
const planStatement = `
  with same_address as (
    select lower(assessment) as assessment, lower(email) as email, min(line) as line
    from staged_invitations group by 1, 2 having count(*) > 1
  ),
  same_external_id as (
    select lower(assessment) as assessment, external_id, min(line) as line
    from staged_invitations where external_id is not null group by 1, 2 having count(*) > 1
  ),
  matched as (
    select staged.*, assessments.id as assessment_id,
      coalesce(by_external_id.id, by_address.id) as known_id,
      nullif(least(same_address.line, same_external_id.line), staged.line) as first_line,
      by_external_id.id is null and staged.external_id <> by_address.external_id as has_other_id,
      by_external_id.id <> by_address.id as is_taken
    from staged_invitations staged
    left join same_address
      on same_address.assessment = lower(staged.assessment) and same_address.email = lower(staged.email)
    left join same_external_id
      on same_external_id.assessment = lower(staged.assessment) and same_external_id.external_id = staged.external_id
    left join assessments on assessments.org_id = $1 and lower(assessments.title) = lower(staged.assessment)
    left join invitations by_external_id
      on by_external_id.org_id = $1 and by_external_id.assessment_id = assessments.id
      and by_external_id.external_id = staged.external_id
    left join invitations by_address
      on by_address.org_id = $1 and by_address.assessment_id = assessments.id
      and lower(by_address.email) = lower(staged.email)
  ),
  same_invitation as (
    select known_id, min(line) as line from matched
    where known_id is not null and first_line is null and has_other_id is not true
    group by known_id having count(*) > 1
  ),
  judged as (
    select matched.*,
      coalesce(first_line, case when has_other_id is not true then nullif(same_invitation.line, matched.line) end)
        as repeats
    from matched left join same_invitation using (known_id)
  ),
  refused as (
    select judged.*,
      case
        when repeats is not null then 'repeated'
        when has_other_id then 'other external_id'
        when is_taken then 'address taken'
      end as refusal
    from judged
  )
  insert into planned_invitations
  select line, staged.name, staged.email, assessment, staged.status, staged.submitted_at, staged.time_zone,
    staged.external_id, staged.assessment_id, coalesce(known_id, gen_random_uuid()), lower(known.email) <> lower(staged.email),
    case
      when refusal is not null then 'refused'
      when known.id is null then 'created'
      when (
        staged.name, staged.email, coalesce(staged.status, known.status),
        coalesce(staged.submitted_at, known.submitted_at), coalesce(staged.time_zone, known.time_zone),
        coalesce(staged.external_id, known.external_id)
      ) is distinct from (
        known.name, known.email, known.status, known.submitted_at, known.time_zone, known.external_id
      ) then 'changed'
      else 'unchanged'
    end,
    refusal, repeats
  from refused staged left join invitations known on known.org_id = $1 and known.id = known_id`;

/** A closed assessment takes candidates too: people hand in late, and closing only takes it off the daily lists. */
const createAssessments = `
  insert into assessments (org_id, title)
  select distinct on (lower(assessment)) $1::uuid, assessment from planned_invitations
  where outcome = 'created' and assessment_id is null order by lower(assessment), line
  on conflict (org_id, lower(title)) do nothing`;

/**
 * Whoever gets another address gets another link: the old one may be in the wrong hands. Mails to the old address
 * that have not left do not leave.
 */
const replaceLinks = `
  with moved as (
    select invitations.id from planned_invitations planned
    join invitations on invitations.org_id = $1 and invitations.id = planned.invitation_id
    where planned.outcome = 'changed' and planned.is_moved
  ),
  revoked as (
    update booking_links set revoked_at = clock_timestamp() from moved
    where booking_links.invitation_id = moved.id and booking_links.revoked_at is null
  ),
  confirmations as (
    update emails set state = 'skipped', reason_code = 'address_changed', state_at = clock_timestamp()
    from moved join cal_com_bookings on cal_com_bookings.invitation_id = moved.id
    where emails.booking_id = cal_com_bookings.id and emails.state = 'queued'
  )
  update emails set state = 'skipped', reason_code = 'address_changed', state_at = clock_timestamp() from moved
  where emails.invitation_id = moved.id and emails.state in ('draft', 'queued')`;

const changeInvitations = `
  update invitations set
    name = planned.name,
    email = planned.email,
    status = coalesce(planned.status, invitations.status),
    submitted_at = coalesce(planned.submitted_at, invitations.submitted_at),
    time_zone = coalesce(planned.time_zone, invitations.time_zone),
    external_id = coalesce(planned.external_id, invitations.external_id),
    updated_at = now()
  from planned_invitations planned
  where planned.outcome = 'changed' and invitations.org_id = $1 and invitations.id = planned.invitation_id`;

const createInvitations = `
  insert into invitations (id, org_id, assessment_id, external_id, name, email, status, submitted_at, time_zone)
  select planned.invitation_id, $1, assessments.id, planned.external_id, planned.name, planned.email,
    coalesce(planned.status, 'invited'), planned.submitted_at, planned.time_zone
  from planned_invitations planned
  join assessments on assessments.org_id = $1 and lower(assessments.title) = lower(planned.assessment)
  where planned.outcome = 'created' order by planned.line`;
