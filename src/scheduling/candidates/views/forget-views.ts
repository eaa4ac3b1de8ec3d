import type { EntityManager } from 'typeorm';

/** Views whose name or search holds one of these, in lower case: they are about somebody who is erased. */
export async function forgetViews(manager: EntityManager, orgId: string, needles: readonly string[]): Promise<void> {
  await manager.query(
    `delete from saved_views where org_id = $1 and exists (
       select 1 from unnest($2::text[]) needle where position(needle in lower(name || ' ' || search)) > 0)`,
    [orgId, needles],
  );
}
