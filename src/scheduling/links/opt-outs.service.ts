import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { recordActivity } from '../../activity/record-activity.js';
import { SuppressionsService } from '../../email/suppressions.service.js';
import { candidateActor } from '../../shared/actor.js';
import type { LinkRow } from './candidate-link.service.js';

/** No more mail, and mail again: what the person behind a link asks for. Whoever holds it is that person. */
@Injectable()
export class OptOutsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly suppressions: SuppressionsService,
  ) {}

  /** Takes what waits to leave along; asked twice, nothing changes. */
  async optOut({ orgId, invitationId, mailAddress }: LinkRow): Promise<void> {
    const actor = candidateActor(orgId);
    await this.dataSource.transaction(async (manager) => {
      const cause = { cause: 'opt_out', detail: null } as const;
      if (await this.suppressions.suppress(manager, actor, mailAddress, cause)) {
        await recordActivity(manager, actor, { action: 'candidate.opted-out', invitationId });
      }
    });
  }

  async takeBack({ orgId, invitationId, mailAddress }: LinkRow): Promise<void> {
    const actor = candidateActor(orgId);
    await this.dataSource.transaction(async (manager) => {
      if (await this.suppressions.takeBackOptOut(manager, actor, mailAddress)) {
        await recordActivity(manager, actor, { action: 'candidate.opted-in', invitationId });
      }
    });
  }
}
