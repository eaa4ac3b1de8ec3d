import { stateCondition, textCondition, type CandidateFilter, type Searched } from './candidate-filter.js';

/**
 * How the rows of a filter are reached. `walk`: in the order asked for, until there are enough. `few`: all of the other
 * filters first, by an index. `found`: all that hold the text first, by an index. `slice`: only among some of the
 * organization, taken by chance, as ids are.
 */
export type Reach = 'walk' | 'few' | 'found' | 'slice';

export interface CandidateScope {
  /** SQL: rows of `candidate_states`, to be called `s`. */
  readonly rows: string;
  /** From `$1`, the organization, on. */
  readonly values: readonly unknown[];
}

/** How many of an organization a slice looks at. */
export const slicedRows = 5_000;

/** The rows that a filter lets through, as a plan that statistics cannot turn into another. */
export function candidateScope(orgId: string, filter: CandidateFilter, reach: Reach): CandidateScope {
  const condition = stateCondition(filter);
  const place = `$${condition.values.length + 2}`;
  const states = `select * from candidate_states where org_id = $1 and ${condition.sql}`;
  const holds = (among: Searched) => (filter.q ? ` and ${textCondition(filter.q, place, among).sql}` : '');
  const text = filter.q ? textCondition(filter.q, place, 'invitations').values : [];
  return {
    rows: `(${rowsOf[reach](states, holds)}) s`,
    values: [orgId, ...condition.values, ...text],
  };
}

type Holds = (among: Searched) => string;

const rowsOf: Readonly<Record<Reach, (states: string, holds: Holds) => string>> = {
  walk: (states, holds) => states + holds('candidate_states'),
  few: (states, holds) => `with few as materialized (${states + holds('candidate_states')}) select * from few`,
  found: (states, holds) =>
    holds('index') ? among(`select id from invitations where org_id = $1${holds('index')}`, states) : states,
  slice: (states, holds) =>
    among(
      `select id from (select id, name, email from invitations where org_id = $1 order by id limit ${slicedRows}) i
        where true${holds('invitations')}`,
      states,
    ),
};

/** One by one: `offset` keeps all the states from being read. */
function among(ids: string, states: string): string {
  return `with picked as materialized (${ids})
    select known.* from picked cross join lateral (${states} and invitation_id = picked.id offset 0) known`;
}
