import type { EntityManager } from 'typeorm';
import { fingerprintSql, type FingerprintPads } from '../encryption/fingerprints.service.js';
import type { SuppressionCause } from './suppression.entity.js';

/** SQL: the fingerprint of an address, whatever its case. */
export function addressPrint(address: string, inner: string, outer: string): string {
  return fingerprintSql(`'address:' || lower(${address})`, inner, outer);
}

/** Keeps of the suppressions of these addresses (in lower case) only what recognises the address; lifted ones go. */
export async function forgetAddresses(
  manager: EntityManager,
  orgId: string,
  { inner, outer }: FingerprintPads,
  addresses: readonly string[],
): Promise<void> {
  await manager.query(
    `with gone as (delete from suppressions where org_id = $1 and address = any($2) returning *)
     insert into erased_suppressions (org_id, fingerprint, cause, created_at)
     select org_id, ${addressPrint('address', '$3', '$4')}, cause, created_at from gone where lifted_at is null
         on conflict do nothing`,
    [orgId, addresses, inner, outer],
  );
}

/** An address that is in use again is suppressed as it was before it was erased. `addresses` is SQL: rows of one text. */
export async function rememberAddresses(
  manager: EntityManager,
  orgId: string,
  { inner, outer }: FingerprintPads,
  addresses: string,
): Promise<void> {
  await manager.query(
    `with back as (
       delete from erased_suppressions e using (select distinct lower(address) address from (${addresses}) used (address)) used
        where e.org_id = $1 and e.fingerprint = ${addressPrint('used.address', '$2', '$3')}
       returning e.org_id, used.address, e.cause, e.created_at)
     insert into suppressions (org_id, address, cause, created_at) select org_id, address, cause, created_at from back
         on conflict (org_id, address, cause) where lifted_at is null do nothing`,
    [orgId, inner, outer],
  );
}

/** What a provider tells of an address that is erased already counts from its next use on. */
export async function suppressErased(
  manager: EntityManager,
  { orgId, id }: { readonly orgId: string; readonly id: string },
  cause: SuppressionCause,
): Promise<void> {
  await manager.query(
    `insert into erased_suppressions (org_id, fingerprint, cause, created_at)
     select t.org_id, t.fingerprint, $3, clock_timestamp()
       from emails e
       left join cal_com_bookings b on b.id = e.booking_id
       join tombstones t on t.org_id = e.org_id and t.invitation_id = coalesce(e.invitation_id, b.invitation_id)
      where e.org_id = $1 and e.id = $2 and t.kind = 'address'
         on conflict do nothing`,
    [orgId, id, cause],
  );
}
