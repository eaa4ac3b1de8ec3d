import { Injectable } from '@nestjs/common';
import { DataSource, IsNull, type Repository } from 'typeorm';
import type { Actor } from '../shared/actor.js';
import { isId } from '../web/id.pipe.js';
import { Invitation } from './invitation.entity.js';

@Injectable()
export class InvitationsService {
  private readonly invitations: Repository<Invitation>;

  constructor(dataSource: DataSource) {
    this.invitations = dataSource.getRepository(Invitation);
  }

  /** Erased ones are gone, as if they had never been. */
  async find(actor: Actor, id: string): Promise<Invitation | null> {
    return isId(id) ? this.invitations.findOneBy({ orgId: actor.orgId, id, erasedAt: IsNull() }) : null;
  }

  /** Each once, in the order of the ids; `null` where any of them is not this organization's. */
  async findMany(actor: Actor, ids: readonly string[]): Promise<Invitation[] | null> {
    if (!ids.every(isId)) {
      return null;
    }
    const wanted = [...new Set(ids.map((id) => id.toLowerCase()))];
    const found = await this.invitations
      .createQueryBuilder('invitation')
      .where('invitation.orgId = :orgId and invitation.id = any(:wanted::uuid[])', { orgId: actor.orgId, wanted })
      .andWhere('invitation.erasedAt is null')
      .getMany();
    const byId = new Map(found.map((invitation) => [invitation.id, invitation]));
    const ordered = wanted.flatMap((id) => byId.get(id) ?? []);
    return ordered.length === wanted.length ? ordered : null;
  }
}
