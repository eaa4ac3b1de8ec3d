import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { DataSource } from 'typeorm';
import { recordActivity } from '../activity/record-activity.js';
import { notedTries } from '../limits/limit.js';
import { Limits } from '../limits/limits.service.js';
import type { Actor, Role } from '../shared/actor.js';

/** Notes who asked for what their role does not allow: so many times, so that nobody fills the disk with it. */
@Injectable()
export class DeniedAccess {
  constructor(
    private readonly dataSource: DataSource,
    private readonly limits: Limits,
  ) {}

  /** The route alone, not the address: that may say more than is to be kept. */
  async note(actor: Actor, request: Request, needs: Role): Promise<void> {
    const counted = `${actor.orgId} ${actor.apiToken?.id ?? actor.userId}`;
    if (await this.limits.count(notedTries.denied, counted)) {
      return;
    }
    const route = `${request.method} ${(request.route as { path: string }).path}`;
    await recordActivity(this.dataSource.manager, actor, { action: 'access.denied', after: { route, needs } });
  }
}
