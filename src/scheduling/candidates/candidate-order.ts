export const candidateSorts = ['name', 'submitted', 'activity'] as const;
export type CandidateSort = (typeof candidateSorts)[number];

/** How `candidate_states` can be put in order; an index has each. */
export interface CandidateOrder {
  /** What the rows are compared by; then by id. */
  readonly by: string;
  readonly first: 'asc' | 'desc';
  /** What a cursor keeps of a row. */
  readonly key: string;
  /** What a kept key, as the parameter in this place, compares to. */
  readonly at: (place: string) => string;
}

export const candidateOrders: Readonly<Record<CandidateSort, CandidateOrder>> = {
  name: {
    by: 'name_key',
    first: 'asc',
    key: 'name_key',
    at: (place) => `lower(${place}) collate "und-x-icu"`,
  },
  submitted: newestFirst('submitted_at'),
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
