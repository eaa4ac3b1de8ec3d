import type { EntityManager } from 'typeorm';
import { addressPrint, rememberAddresses } from '../email/erased-suppressions.js';
import { fingerprintSql, type FingerprintPads } from '../encryption/fingerprints.service.js';

export interface ErasedCandidate {
  readonly invitationId: string;
  readonly assessmentId: string;
  readonly externalId: string | null;
  readonly email: string;
}

function externalPrint(externalId: string, inner: string, outer: string): string {
  return fingerprintSql(`'external_id:' || ${externalId}`, inner, outer);
}

/** Leaves what recognises these candidates, should a later import name them for the same assessment. */
export async function leaveTombstones(
  manager: EntityManager,
  orgId: string,
  { inner, outer }: FingerprintPads,
  candidates: readonly ErasedCandidate[],
): Promise<void> {
  await manager.query(
    `with gone as (
       select * from unnest($2::uuid[], $3::uuid[], $4::text[], $5::text[]) t (invitation_id, assessment_id, external_id, email)),
     prints as (
       select invitation_id, assessment_id, 'address' kind, ${addressPrint('email', '$6', '$7')} fingerprint from gone
        union all
       select invitation_id, assessment_id, 'external_id', ${externalPrint('external_id', '$6', '$7')} from gone
        where external_id is not null)
     insert into tombstones (org_id, fingerprint, assessment_id, invitation_id, kind)
     select $1, fingerprint, assessment_id, invitation_id, kind from prints
         on conflict do nothing`,
    [
      orgId,
      candidates.map(({ invitationId }) => invitationId),
      candidates.map(({ assessmentId }) => assessmentId),
      candidates.map(({ externalId }) => externalId),
      candidates.map(({ email }) => email),
      inner,
      outer,
    ],
  );
}

/** Refuses those of `planned_invitations` whose candidate was erased from that assessment. */
export async function refuseErased(
  manager: EntityManager,
  orgId: string,
  { inner, outer }: FingerprintPads,
): Promise<void> {
  await manager.query(
    `update planned_invitations planned set outcome = 'refused', refusal = 'erased', erased_at = found.erased_at
       from (
         select p.line, max(t.erased_at) erased_at from planned_invitations p
           join tombstones t on t.org_id = $1 and t.assessment_id = p.assessment_id
                and t.fingerprint in (${addressPrint('p.email', '$2', '$3')}, ${externalPrint('p.external_id', '$2', '$3')})
          where p.outcome is distinct from 'refused' group by p.line) found
      where planned.line = found.line`,
    [orgId, inner, outer],
  );
}

/** Whoever of `planned_invitations` had been suppressed under an address that was erased since is so again. */
export async function suppressAgain(manager: EntityManager, orgId: string, pads: FingerprintPads): Promise<void> {
  await rememberAddresses(
    manager,
    orgId,
    pads,
    `select email from planned_invitations where outcome in ('created', 'changed')`,
  );
}

/**
 * Files that wait for somebody to go on with them go, whoever is in them: they have to be chosen again. Of those that
 * went in, the rows that were refused, where they name one of `needles`, which are in lower case.
 */
export async function forgetUploads(manager: EntityManager, orgId: string, needles: readonly string[]): Promise<void> {
  const names = (text: string) =>
    `exists (select 1 from unnest($2::text[]) needle where position(needle in lower(${text})) > 0)`;
  await manager.query(`delete from candidate_imports where org_id = $1 and state not in ('importing', 'done')`, [
    orgId,
  ]);
  await manager.query(
    `delete from candidate_import_faults where org_id = $1 and ${names(`concat_ws(' ', name, reason)`)}`,
    [orgId, needles],
  );
  await manager.query(
    `update candidate_imports set headings = '[]', columns = '[]' where org_id = $1 and ${names('headings::text')}`,
    [orgId, needles],
  );
  await manager.query(`delete from import_columns where org_id = $1 and ${names('heading')}`, [orgId, needles]);
}
