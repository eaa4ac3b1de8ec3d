import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';
import { systemActor } from '../shared/actor.js';
import { dated, isWithProvider, standingAfter, type DatedReport, type DeliveryReport } from './delivery-report.js';
import { suppressErased } from './erased-suppressions.js';
import { EmailEvent } from './email-event.entity.js';
import { Email } from './email.entity.js';
import { SuppressionsService } from './suppressions.service.js';

/** Takes in what the provider tells of our mails later on. The same report twice changes nothing. */
@Injectable()
export class DeliveryReportsService {
  constructor(private readonly suppressions: SuppressionsService) {}

  /** Whether it is about a mail of ours; nothing but that mail and its address, in its own organization, is touched. */
  async record(manager: EntityManager, report: DeliveryReport): Promise<boolean> {
    const found = await this.find(manager, report);
    if (!found) {
      return false;
    }
    if (report.suppression) {
      // Whoever queues mails locks the organization first, then its mails.
      await manager.query('select 1 from orgs where id = $1 for share', [found.orgId]);
    }
    const email = await manager.findOneOrFail(Email, { where: { id: found.id }, lock: { mode: 'pessimistic_write' } });
    // What the provider says may quote the address.
    const told = email.erasedAt ? { ...report, reason: null } : report;
    const datedReport = dated(told, email.createdAt);
    const outdated = await this.isOutdated(manager, email, report);
    await this.note(manager, email, datedReport, outdated);
    if (!outdated) {
      await this.move(manager, email, datedReport);
    }
    if (email.kind !== 'test') {
      await this.suppress(manager, email, datedReport);
    }
    return true;
  }

  private async find(
    manager: EntityManager,
    { emailId, providerId }: DeliveryReport,
  ): Promise<Pick<Email, 'id' | 'orgId'> | null> {
    const select = { id: true, orgId: true };
    const named = emailId ? await manager.findOne(Email, { select, where: { id: emailId } }) : null;
    return named ?? manager.findOne(Email, { select, where: { providerId } });
  }

  /** About an attempt that was known to us before the mail was tried again. */
  private async isOutdated(manager: EntityManager, email: Email, { providerId }: DeliveryReport): Promise<boolean> {
    if (isWithProvider(email)) {
      return email.providerId !== providerId;
    }
    return email.providerId === providerId || manager.existsBy(EmailEvent, { emailId: email.id, providerId });
  }

  private async note(
    manager: EntityManager,
    email: Email,
    { state, reason, providerId, at }: DatedReport,
    outdated: boolean,
  ): Promise<void> {
    const detail = [outdated ? 'About an earlier attempt.' : '', reason ?? ''].join(' ').trim();
    await manager.query(
      `insert into email_events (org_id, email_id, batch_id, type, provider_id, detail, at)
       select $1, $2, null, $3::text, $4::text, $5, $6::timestamptz
        where not exists (select 1 from email_events where email_id = $2 and type = $3 and provider_id = $4 and at = $6)`,
      [email.orgId, email.id, state === 'accepted' ? 'sent' : state, providerId, detail || null, at],
    );
  }

  private async move(manager: EntityManager, email: Email, report: DatedReport): Promise<void> {
    const standing = standingAfter(email, report);
    if (standing === email) {
      return;
    }
    const { state, reasonCode, reason, providerId, sentAt, stateAt } = standing;
    await manager.update(Email, { id: email.id }, { state, reasonCode, reason, providerId, sentAt, stateAt });
  }

  /** Somebody who lifted a suppression knew what had happened until then. */
  private async suppress(manager: EntityManager, email: Email, report: DatedReport): Promise<void> {
    if (!report.suppression) {
      return;
    }
    if (email.erasedAt) {
      return suppressErased(manager, email, report.suppression);
    }
    const [lifted] = await manager.query<unknown[]>(
      `select 1 from suppressions where org_id = $1 and address = lower($2) and cause = $3 and lifted_at >= $4 limit 1`,
      [email.orgId, email.toAddress, report.suppression, report.at],
    );
    if (!lifted) {
      const told = { cause: report.suppression, detail: report.reason };
      await this.suppressions.suppress(manager, systemActor(email.orgId), email.toAddress, told);
    }
  }
}
