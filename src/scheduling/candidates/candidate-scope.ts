import { stateCondition, textCondition, textPattern, type CandidateFilter } from './candidate-filter.js';

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
  const values = [orgId, ...condition.values];
  const states = `select * from candidate_states where org_id = $1 and ${condition.sql}`;
  if (!filter.q) {
    return { rows: rowsWithoutText[reach](states), values };
  }
  const text = textCondition(`$${values.push(textPattern(filter.q))}`);
  return { rows: rowsWithText[reach](states, text), values };
}

type Rows = (states: string, text: string) => string;

const own = (states: string) => `(${states}) s`;
const materialized = (states: string) => `(with few as materialized (${states}) select * from few) s`;
const slice = `select id, name, email from invitations where org_id = $1 order by id limit ${slicedRows}`;
const among = (ids: string, states: string) =>
  `(with picked as materialized (${ids})
    select known.* from picked cross join lateral (${states} and invitation_id = picked.id) known) s`;

const rowsWithoutText: Readonly<Record<Reach, (states: string) => string>> = {
  walk: own,
  few: materialized,
  found: own,
  slice: (states) => among(`select id from (${slice}) i`, states),
};

const rowsWithText: Readonly<Record<Reach, Rows>> = {
  walk: (states, text) => holding(own(states), text),
  few: (states, text) => holding(materialized(states), text),
  found: (states, text) => among(`select id from invitations where org_id = $1 and ${text}`, states),
  slice: (states, text) => among(`select id from (${slice}) i where ${text}`, states),
};

/** One by one: `offset` keeps the search from being turned round. */
function holding(rows: string, text: string): string {
  return `(select s.* from ${rows}
    cross join lateral (select from invitations where id = s.invitation_id and ${text} offset 0) held) s`;
}
