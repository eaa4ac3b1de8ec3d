import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { Actor } from '../shared/actor.js';
import { type ActivityArea, actionsOf } from './activity-actions.js';
import type { Activity, ActivityWho } from './activity.entity.js';

export interface ActivityFilter {
  /** Null: all but the links one by one, which their own act sums up. */
  readonly area: ActivityArea | null;
  readonly who: { readonly who: ActivityWho; readonly id: string | null } | null;
  /** A candidate by the id of the invitation, anything else by its own. */
  readonly about: { readonly type: string; readonly id: string } | null;
  readonly from: Date | null;
  readonly until: Date | null;
}

/** With the names as they are now; null where they are gone. */
export type NamedActivity = Pick<
  Activity,
  'id' | 'at' | 'who' | 'whoId' | 'action' | 'subjectType' | 'subjectId' | 'invitationId' | 'before' | 'after'
> & { readonly whoName: string | null; readonly subjectName: string | null; readonly candidateName: string | null };

/** The newest first; `previous` and `next` are what the pages beside it ask for. */
export interface ActivityPage {
  readonly rows: readonly NamedActivity[];
  readonly previous: string | null;
  readonly next: string | null;
}

export interface ActivityCursor {
  readonly after?: string | null;
  readonly before?: string | null;
}

/** Somebody the list can be narrowed to. */
export interface Doing {
  readonly who: 'person' | 'token';
  readonly id: string;
  readonly name: string;
}

/** Few enough that other requests need not wait for them. */
const exportedAtOnce = 200;

/** What was done in an organization, and by whom. */
@Injectable()
export class Activities {
  constructor(private readonly dataSource: DataSource) {}

  async list(
    actor: Actor,
    filter: ActivityFilter,
    { after = null, before = null, limit }: ActivityCursor & { limit: number },
  ): Promise<ActivityPage> {
    const found = await this.read(actor, filter, { start: before ?? after, backwards: before !== null }, limit + 1);
    const more = found.length > limit;
    const rows = before ? found.slice(0, limit).toReversed() : found.slice(0, limit);
    return {
      rows,
      previous: (before ? more : after) ? (rows.at(0)?.id ?? null) : null,
      next: before || more ? (rows.at(-1)?.id ?? null) : null,
    };
  }

  /** All that the filter lets through, the newest first, some at a time. */
  async *listAll(actor: Actor, filter: ActivityFilter): AsyncGenerator<readonly NamedActivity[]> {
    let start: string | null = null;
    do {
      const rows: NamedActivity[] = await this.read(actor, filter, { start, backwards: false }, exportedAtOnce);
      yield rows;
      start = rows.length === exportedAtOnce ? rows.at(-1)!.id : null;
    } while (start);
  }

  /** Members and API tokens, the revoked ones too. */
  async listDoing({ orgId }: Actor): Promise<Doing[]> {
    return this.dataSource.query<Doing[]>(
      `select 'person' who, u.id, u.name from memberships m join users u on u.id = m.user_id where m.org_id = $1
        union all
       select 'token', id, name from api_tokens where org_id = $1
        order by who, name, id`,
      [orgId],
    );
  }

  private async read(
    { orgId }: Actor,
    { area, who, about, from, until }: ActivityFilter,
    { start, backwards }: { start: string | null; backwards: boolean },
    limit: number,
  ): Promise<NamedActivity[]> {
    const values: unknown[] = [orgId];
    const value = (given: unknown) => `$${values.push(given)}`;
    const order = backwards ? 'at, id' : 'at desc, id desc';
    const conditions = [
      'org_id = $1',
      area && 'action = chosen.action',
      !area && about?.type !== 'candidate' && `action <> 'link.made'`,
      who && `who = ${value(who.who)}`,
      who?.id && `who_id = ${value(who.id)}`,
      about?.type === 'candidate' && `invitation_id = ${value(about.id)}`,
      about && about.type !== 'candidate' && `subject_id = ${value(about.id)} and subject_type = ${value(about.type)}`,
      from && `at >= ${value(from)}`,
      until && `at < ${value(until)}`,
      start &&
        `(at, id) ${backwards ? '>' : '<'} ((select at from activity where org_id = $1 and id = ${value(start)}), ${value(start)})`,
    ];
    const listed = `select * from activity where ${conditions.filter(Boolean).join(' and ')}
                     order by ${order} limit ${value(limit)}`;
    // The newest of each action, then the newest of these: the index has them in order for one action at a time.
    const chosen = area
      ? `select each.* from unnest(${value(actionsOf(area))}::text[]) chosen (action) cross join lateral (${listed}) each
          order by ${order} limit ${value(limit)}`
      : listed;
    return this.dataSource.query<NamedActivity[]>(
      `select a.id, a.at, a.who, a.who_id "whoId", a.action, a.subject_type "subjectType", a.subject_id "subjectId",
              a.invitation_id "invitationId", a.before, a.after, case when i.erased_at is null then i.name end "candidateName",
              coalesce(u.name, t.name) "whoName", coalesce(su.name, st.name, sa.title, sm.title) "subjectName"
         from (${chosen}) a
         left join users u on a.who = 'person' and u.id = a.who_id
         left join api_tokens t on a.who = 'token' and t.org_id = a.org_id and t.id = a.who_id
         left join invitations i on i.org_id = a.org_id and i.id = a.invitation_id
         left join users su on a.subject_type = 'person' and su.id::text = a.subject_id
         left join api_tokens st on a.subject_type = 'api-token' and st.org_id = a.org_id and st.id::text = a.subject_id
         left join assessments sa on a.subject_type = 'assessment' and sa.org_id = a.org_id and sa.id::text = a.subject_id
         left join custom_templates sm on a.subject_type = 'template' and sm.org_id = a.org_id and sm.name = a.subject_id
        order by ${order}`,
      values,
    );
  }
}
