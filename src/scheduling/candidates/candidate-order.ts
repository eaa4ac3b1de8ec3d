export const candidateSorts = ['name', 'submitted', 'activity'] as const;
export type CandidateSort = (typeof candidateSorts)[number];

/** How `listedInvitations` can be put in order. */
export interface CandidateOrder {
  /** What the rows are compared by, an expression that an index has where there is one; then by id. */
  readonly by: string;
  readonly first: 'asc' | 'desc';
  /** What a cursor keeps of a row. */
  readonly key: string;
  /** What a kept key, as the parameter in this place, compares to. */
  readonly at: (place: string) => string;
}

/** Whoever never handed in comes last. */
const submission = `coalesce(submitted_at, 'epoch'::timestamptz)`;

export const candidateOrders: Readonly<Record<CandidateSort, CandidateOrder>> = {
  name: {
    by: `lower(name) collate "und-x-icu"`,
    first: 'asc',
    key: 'name',
    at: (place) => `lower(${place}) collate "und-x-icu"`,
  },
  submitted: newestFirst(submission),
  activity: newestFirst('last_activity'),
};

/** By microseconds, which the database counts and a `Date` does not. */
function newestFirst(by: string): CandidateOrder {
  return {
    by,
    first: 'desc',
    key: `(extract(epoch from ${by}) * 1000000)::bigint::text`,
    at: (place) => `'epoch'::timestamptz + ${place}::bigint * interval '1 microsecond'`,
  };
}
