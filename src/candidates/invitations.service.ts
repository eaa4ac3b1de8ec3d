import { Injectable } from '@nestjs/common';
import { DataSource, IsNull, type Repository } from 'typeorm';
import type { Actor } from '../shared/actor.js';
import { isId } from '../web/id.pipe.js';
import { Invitation } from './invitation.entity.js';

@Injectable()
export class InvitationsService {
  private readonly invitations: Repository<Invitation>;

  constructor(private readonly dataSource: DataSource) {
    this.invitations = dataSource.getRepository(Invitation);
  }

  /** Erased ones are gone, as if they had never been. */
  async find(actor: Actor, id: string): Promise<Invitation | null> {
    return isId(id) ? this.invitations.findOneBy({ orgId: actor.orgId, id, erasedAt: IsNull() }) : null;
  }

  /** Each once, in the order of the ids; `null` where any of them is not this organization's. */
  async findMany(actor: Actor, ids: readonly string[]): Promise<Invitation[] | null> {
    const wanted = distinctIds(ids);
    if (!wanted) {
      return null;
    }
    const found = await this.invitations
      .createQueryBuilder('invitation')
      .where('invitation.orgId = :orgId and invitation.id = any(:wanted::uuid[])', { orgId: actor.orgId, wanted })
      .andWhere('invitation.erasedAt is null')
      .getMany();
    const byId = new Map(found.map((invitation) => [invitation.id, invitation]));
    const ordered = wanted.flatMap((id) => byId.get(id) ?? []);
    return ordered.length === wanted.length ? ordered : null;
  }

  /** The same, where who they are does not matter. */
  async ownIds(actor: Actor, ids: readonly string[]): Promise<string[] | null> {
    const wanted = distinctIds(ids);
    if (!wanted) {
      return null;
    }
    const [row] = await this.dataSource.query<[{ own: number }]>(
      `select count(*)::int own from unnest($2::uuid[]) wanted (id)
         join invitations i on i.id = wanted.id and i.org_id = $1 and i.erased_at is null`,
      [actor.orgId, wanted],
    );
    return row.own === wanted.length ? wanted : null;
  }
}

/** Null where one of them can be nobody's. */
function distinctIds(ids: readonly string[]): string[] | null {
  return ids.every(isId) ? [...new Set(ids.map((id) => id.toLowerCase()))] : null;
}
