import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Actor } from '../../shared/actor.js';
import type { CandidateFilter } from './candidate-filter.js';
import { candidateScope } from './candidate-scope.js';
import { CandidateStates, pagePatienceMs } from './states/candidate-states.service.js';

/** Who is selected: all of a frozen selection but those in these places. */
export interface FrozenChoice {
  readonly id: string;
  readonly except: readonly number[];
}

/** What became of a selection since: `gone` match no more and stay selected, `came` match now and are not selected. */
export interface SelectionChanges {
  /** How many were selected, exceptions included. */
  readonly count: number;
  readonly gone: number;
  readonly came: number;
  /** Some of those that match no more. */
  readonly names: readonly { readonly id: string; readonly name: string }[];
}

/** A selection beside a page of the list. */
export interface FrozenSelection extends FrozenChoice {
  readonly count: number;
  /** Of the rows of the page, by invitation; who is not here came since. */
  readonly places: ReadonlyMap<string, number>;
  readonly changes: SelectionChanges;
}

const keptFor = `interval '1 day'`;
const namesTold = 5;
const own = `s.org_id = $1 and s.id = $2 and s.user_id = $3 and s.created_at > now() - ${keptFor}`;

/** Selections of all that match, kept as they were when somebody saw them, each for that person and for a day. */
@Injectable()
export class FrozenSelectionsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly states: CandidateStates,
  ) {}

  /** Keeps who matches now, in one statement whatever their number, and forgets what is too old. */
  async freeze(actor: Actor, filter: CandidateFilter): Promise<{ readonly id: string; readonly count: number }> {
    await this.states.refresh(actor);
    const { rows, values } = candidateScope(actor.orgId, filter, 'found');
    const parameters = [...values, actor.userId];
    const [row] = await this.dataSource.query<[{ id: string; count: number }]>(
      `with forgotten as (delete from selections where org_id = $1 and created_at < now() - ${keptFor})
       insert into selections (org_id, user_id, invitation_ids)
       select $1, $${parameters.length}, coalesce(array_agg(invitation_id order by name_key, invitation_id), '{}')
         from ${rows}
       returning id, cardinality(invitation_ids) count`,
      parameters,
    );
    return row;
  }

  /** As it stands beside these rows; null where there is no such selection of this person's, or no more. */
  async look(
    actor: Actor,
    choice: FrozenChoice,
    filter: CandidateFilter,
    rows: readonly { readonly id: string }[],
  ): Promise<FrozenSelection | null> {
    const [count, places, changes] = await Promise.all([
      this.count(actor, choice.id),
      this.places(
        actor,
        choice.id,
        rows.map(({ id }) => id),
      ),
      this.changes(actor, choice, filter),
    ]);
    const except = choice.except.filter((place) => place < (count ?? 0));
    return count === null ? null : { id: choice.id, except, count, places, changes };
  }

  /** Whom it stands for, in its order; whoever is no more in the organization is left out. Null as for `look`. */
  async ids(actor: Actor, { id, except }: FrozenChoice): Promise<string[] | null> {
    const [row] = await this.dataSource.query<{ ids: string[] | null }[]>(
      `select (select array_agg(kept.id order by kept.place)
                 from unnest(s.invitation_ids) with ordinality kept (id, place)
                 join invitations i on i.org_id = s.org_id and i.id = kept.id and i.erased_at is null
                where kept.place - 1 <> all ($4::bigint[])) ids
         from selections s where ${own}`,
      [actor.orgId, id, actor.userId, except],
    );
    return row ? (row.ids ?? []) : null;
  }

  /** The places in a newer selection of those whom this one leaves out. */
  async carry(actor: Actor, { id, except }: FrozenChoice, newer: string): Promise<number[]> {
    const rows = await this.dataSource.query<{ place: number }[]>(
      `select kept.place::int - 1 place
         from selections n cross join unnest(n.invitation_ids) with ordinality kept (id, place)
        where n.org_id = $1 and n.id = $5 and n.user_id = $3
          and kept.id in (select s.invitation_ids[place + 1] from selections s, unnest($4::int[]) place where ${own})`,
      [actor.orgId, id, actor.userId, except, newer],
    );
    return rows.map(({ place }) => place);
  }

  /** What changed since, by the filter it was made with; those who are left out anyway do not count. */
  async changes(actor: Actor, { id, except }: FrozenChoice, filter: CandidateFilter): Promise<SelectionChanges> {
    await this.states.refresh(actor, pagePatienceMs);
    const { rows, values } = candidateScope(actor.orgId, filter, 'found');
    const parameters = [...values, id, except];
    const [row] = await this.dataSource.query<SelectionChanges[]>(
      `with kept as materialized (
         select kept.id, kept.place - 1 place
           from selections s cross join unnest(s.invitation_ids) with ordinality kept (id, place)
          where s.org_id = $1 and s.id = $${parameters.length - 1}
       ), matching as materialized (
         select invitation_id id from ${rows}
       ), gone as materialized (
         select id, place from kept
          where place <> all ($${parameters.length}::bigint[])
            and not exists (select 1 from matching where matching.id = kept.id)
       )
       select (select count(*)::int from kept) count, (select count(*)::int from gone) gone,
              (select count(*)::int from matching where not exists (select 1 from kept where kept.id = matching.id)) came,
              (select coalesce(jsonb_agg(jsonb_build_object('id', named.id, 'name', named.name) order by named.place), '[]')
                 from (select i.id, i.name, gone.place from gone join invitations i on i.org_id = $1 and i.id = gone.id
                        order by gone.place limit ${namesTold}) named) names`,
      parameters,
    );
    return row!;
  }

  private async count(actor: Actor, id: string): Promise<number | null> {
    const [row] = await this.dataSource.query<{ count: number }[]>(
      `select cardinality(s.invitation_ids) count from selections s where ${own}`,
      [actor.orgId, id, actor.userId],
    );
    return row?.count ?? null;
  }

  private async places(actor: Actor, id: string, invitationIds: readonly string[]): Promise<Map<string, number>> {
    const rows = await this.dataSource.query<{ invitationId: string; place: number }[]>(
      `select kept.id "invitationId", kept.place::int - 1 place
         from selections s cross join unnest(s.invitation_ids) with ordinality kept (id, place)
        where ${own} and kept.id = any($4::uuid[])`,
      [actor.orgId, id, actor.userId, invitationIds],
    );
    return new Map(rows.map(({ invitationId, place }) => [invitationId, place]));
  }
}
