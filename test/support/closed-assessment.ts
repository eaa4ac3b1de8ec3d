import { CandidateStates } from '../../src/scheduling/candidates/states/candidate-states.service.js';
import type { Actor } from '../../src/shared/actor.js';
import type { TestApp } from './app.js';

export interface ClosedAssessment {
  readonly title: string;
  readonly closedDaysAgo: number;
  /** Names of its candidates, who came long before; their addresses are made of them. */
  readonly people: readonly string[];
}

/** Answers its id. */
export async function closedAssessment(
  test: TestApp,
  actor: Actor,
  { title, closedDaysAgo, people }: ClosedAssessment,
): Promise<string> {
  const [row] = await test.db.query<[{ id: string }]>(
    `insert into assessments (org_id, title, closed_at) values ($1, $2, now() - make_interval(days => $3)) returning id`,
    [actor.orgId, title, closedDaysAgo],
  );
  await addCandidates(test, actor, row.id, people);
  return row.id;
}

/** Counted when this answers, which a page waits for only so long. */
export async function addCandidates(
  { app, db }: TestApp,
  actor: Actor,
  assessmentId: string,
  people: readonly string[],
  daysAgo = 500,
): Promise<void> {
  await db.query(
    `insert into invitations (org_id, assessment_id, name, email, status, created_at)
     select $1, $2, name, replace(lower(name), ' ', '.') || '@people.example', 'submitted',
            clock_timestamp() - make_interval(days => $4)
       from unnest($3::text[]) name`,
    [actor.orgId, assessmentId, people, daysAgo],
  );
  await app.get(CandidateStates).refresh(actor);
}
