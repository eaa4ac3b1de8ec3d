import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { SuppressionsService } from '../../email/suppressions.service.js';
import { systemActor } from '../../shared/actor.js';
import type { LinkRow } from './candidate-link.service.js';

/** No more mail, and mail again: what the person behind a link asks for. Whoever holds it is that person. */
@Injectable()
export class OptOutsService {
  constructor(
    private readonly dataSource: DataSource,
    private readonly suppressions: SuppressionsService,
  ) {}

  /** Takes what waits to leave along; asked twice, nothing changes. */
  async optOut({ orgId, mailAddress }: LinkRow): Promise<void> {
    await this.dataSource.transaction(async (manager) =>
      this.suppressions.suppress(manager, systemActor(orgId), mailAddress, { cause: 'opt_out', detail: null }),
    );
  }

  async takeBack({ orgId, mailAddress }: LinkRow): Promise<void> {
    await this.suppressions.takeBackOptOut(systemActor(orgId), mailAddress);
  }
}
