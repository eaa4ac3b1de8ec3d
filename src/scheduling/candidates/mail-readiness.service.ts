import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { MailSetupService } from '../../email/mail-setup.service.js';
import type { TransportHealth } from '../../email/transports/transport-health.js';
import type { Actor } from '../../shared/actor.js';

/** Whether mail can leave, until the first one did: from then on the sends tell. */
@Injectable()
export class MailReadinessService {
  /** Organizations whose mail has left once. */
  private readonly ready = new Set<string>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly setup: MailSetupService,
  ) {}

  /** Null once mail has left, and while nobody knows. Without `patience` the provider keeps no page waiting. */
  async look({ orgId }: Actor, { patience }: { patience: boolean }): Promise<TransportHealth | null> {
    if (patience) {
      return this.setup.health();
    }
    if (this.ready.has(orgId)) {
      return null;
    }
    const [row] = await this.dataSource.query<[{ hasSent: boolean }]>(
      `select exists (select 1 from emails where org_id = $1
                         and state in ('accepted', 'delivered', 'delayed', 'bounced', 'complained')) "hasSent"`,
      [orgId],
    );
    if (row.hasSent) {
      this.ready.add(orgId);
    }
    return row.hasSent ? null : this.setup.healthSoFar();
  }
}
