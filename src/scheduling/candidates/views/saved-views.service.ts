import { Injectable } from '@nestjs/common';
import { DataSource, type EntityManager } from 'typeorm';
import { ask, type Question } from '../../../database/ask.js';
import { actsAs, type Actor } from '../../../shared/actor.js';
import { filterQuery, readCandidateFilter, type CandidateFilter } from '../candidate-filter.js';
import { SavedView } from './saved-view.entity.js';

export const mostSavedViews = 50;

export type SaveOutcome = 'saved' | 'taken' | 'too_many';
/** `not_own`: a shared one that somebody else saved. `unknown`: this person sees none such. */
export type ChangeOutcome = 'done' | 'taken' | 'not_own' | 'unknown';

export interface ListedView {
  readonly id: string;
  readonly name: string;
  readonly shared: boolean;
  readonly filter: CandidateFilter;
  readonly canChange: boolean;
}

export interface NewView {
  readonly name: string;
  readonly shared: boolean;
  readonly filter: CandidateFilter;
}

/** The views a person sees: the own ones and those of the whole organization. */
@Injectable()
export class SavedViewsService {
  constructor(private readonly dataSource: DataSource) {}

  async list(actor: Actor): Promise<ListedView[]> {
    return (await ask(this.dataSource, { views: this.seenBy(actor) })).views;
  }

  seenBy(actor: Actor): Question<ListedView[]> {
    return {
      sql: `select id, name, shared, user_id "userId", words, search from saved_views
             where org_id = $1 and (shared or user_id = $2) order by lower(name), id`,
      values: [actor.orgId, actor.userId],
      read: (views: readonly SavedView[]) =>
        views.map((view) => ({
          id: view.id,
          name: view.name,
          shared: view.shared,
          filter: readCandidateFilter({ ...Object.fromEntries(new URLSearchParams(view.words)), q: view.search }),
          canChange: mayChange(actor, view),
        })),
    };
  }

  /** `taken`: the person, or the organization where it is shared, has one of this name. */
  async save(actor: Actor, { name, shared, filter }: NewView): Promise<SaveOutcome> {
    return this.dataSource.transaction(async (manager) => {
      await lock(manager, actor);
      const [counted] = await manager.query<[{ count: number; isTaken: boolean }]>(
        `select count(*)::int count, coalesce(bool_or(lower(name) = lower($4)), false) "isTaken" from saved_views
          where org_id = $1 and shared = $3 and (shared or user_id = $2)`,
        [actor.orgId, actor.userId, shared, name],
      );
      if (counted.isTaken) {
        return 'taken';
      }
      if (counted.count >= mostSavedViews) {
        return 'too_many';
      }
      const { orgId, userId } = actor;
      const words = filterQuery({ ...filter, q: '' }).slice(1);
      await manager.insert(SavedView, { orgId, userId, shared, name, words, search: filter.q });
      return 'saved';
    });
  }

  async rename(actor: Actor, id: string, name: string): Promise<ChangeOutcome> {
    return this.change(actor, id, async (manager, view) => {
      const others = await manager.query<unknown[]>(
        `select 1 from saved_views where org_id = $1 and id <> $2 and shared = $3 and (shared or user_id = $4)
            and lower(name) = lower($5)`,
        [actor.orgId, id, view.shared, view.userId, name],
      );
      if (others.length > 0) {
        return 'taken';
      }
      await manager.update(SavedView, { orgId: actor.orgId, id }, { name });
      return 'done';
    });
  }

  async delete(actor: Actor, id: string): Promise<ChangeOutcome> {
    return this.change(actor, id, async (manager) => {
      await manager.delete(SavedView, { orgId: actor.orgId, id });
      return 'done';
    });
  }

  private async change(
    actor: Actor,
    id: string,
    work: (manager: EntityManager, view: SavedView) => Promise<ChangeOutcome>,
  ): Promise<ChangeOutcome> {
    return this.dataSource.transaction(async (manager) => {
      await lock(manager, actor);
      const view = await manager
        .createQueryBuilder(SavedView, 'v')
        .where('v.id = :id and v.orgId = :orgId and (v.shared or v.userId = :userId)', { id, orgId: actor.orgId, userId: actor.userId })
        .getOne();
      if (!view) {
        return 'unknown';
      }
      return mayChange(actor, view) ? work(manager, view) : 'not_own';
    });
  }
}

function mayChange(actor: Actor, { shared, userId }: SavedView): boolean {
  const isOwn = userId !== null && userId === actor.userId;
  return shared ? actsAs(actor, isOwn ? 'scheduler' : 'admin') : isOwn;
}

/** One at a time for an organization: names are unique, and there are only so many. */
async function lock(manager: EntityManager, { orgId }: Actor): Promise<void> {
  await manager.query(`select pg_advisory_xact_lock(hashtextextended('saved views ' || $1, 0))`, [orgId]);
}
