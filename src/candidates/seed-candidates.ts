import type { DataSource, EntityManager } from 'typeorm';
import type { Actor } from '../shared/actor.js';
import type { InvitationRow } from './invitation-row.js';
import { InvitationStaging } from './invitation-staging.js';
import { seedPeople } from './seed-people.js';

const hoursBetweenSubmissions = 5.5;
const hourMs = 3_600_000;

/** Three assessments and 60 invitations, handed in over the two weeks before `now`. Those already there stay as they are. */
export async function seedCandidates(dataSource: DataSource, actor: Actor, now: Date): Promise<void> {
  await dataSource.transaction(async (manager) => {
    await manager.query('select from orgs where id = $1 for no key update', [actor.orgId]);
    const known = await knownIds(manager, actor);
    const rows = seedRows(now).filter((row) => !known.has(row.externalId));
    const staging = await InvitationStaging.open(manager, actor.orgId, null);
    await staging.add(rows);
    await staging.settle();
  });
}

async function knownIds(manager: EntityManager, actor: Actor): Promise<Set<string | null>> {
  const rows = await manager.query<{ external_id: string }[]>(
    `select external_id from invitations where org_id = $1 and external_id like 'sample-%'`,
    [actor.orgId],
  );
  return new Set(rows.map((row) => row.external_id));
}

function seedRows(now: Date): (InvitationRow & { line: number })[] {
  const people = Object.entries(seedPeople).flatMap(([assessment, list]) =>
    list.map((person) => ({ assessment, person })),
  );
  return people.map(({ assessment, person: [name, email, timeZone, status] }, index) => ({
    line: index + 1,
    name,
    email,
    assessment,
    status,
    timeZone,
    externalId: `sample-${String(index + 1).padStart(2, '0')}`,
    submittedAt: ['submitted', 'reviewed', 'closed'].includes(status) ? submissionTime(now, index) : null,
  }));
}

/** Spread evenly and mixed across the assessments: 37 has no factor in common with 60. */
function submissionTime(now: Date, index: number): Date {
  const place = (index * 37) % 60;
  return new Date(now.getTime() - (place + 0.6) * hoursBetweenSubmissions * hourMs);
}
