import { Inject, Injectable } from '@nestjs/common';
import { randomUUID } from 'node:crypto';
import { setImmediate as breathe } from 'node:timers/promises';
import type { EntityManager } from 'typeorm';
import { SETTINGS, type Settings } from '../../config/settings.js';
import type { MailValues } from '../../templating/mail/mail-names.js';
import { missingValues, renderMail } from '../../templating/mail/render-mail.js';
import { whyNotWanted } from '../why-not-wanted.js';
import { MAIL_TRANSPORT, type MailTransport } from '../transports/mail-transport.js';
import type { Claim } from './claimed-batch.js';
import type { Email } from '../email.entity.js';
import { CompiledTemplates } from './compiled-templates.service.js';
import { DailyCapsService, type CappedEmail } from './daily-caps.service.js';
import { EMAIL_TIMINGS, type EmailTimings } from './email-timings.js';
import { bodyHash, frozenMail } from './frozen-mail.js';
import { RateGatesService, type Turn } from './rate-gates.service.js';

interface DueEmail extends CappedEmail {
  readonly kind: Email['kind'];
  readonly toAddress: string;
  readonly replyTo: string | null;
  readonly senderName: string | null;
  readonly templateId: string | null;
  readonly templateValues: MailValues | null;
  readonly skipCode: string | null;
}

interface Rendering {
  readonly ids: string[];
  readonly mails: string[];
  readonly skipped: { readonly id: string; readonly code: string; readonly reason: string | null }[];
}

/** Pages are answered in between. */
const renderedAtOnce = 10;
const maxBodyBytes = 5_000_000;

/** Freezes due mails of one organization into one request, before its first call. */
@Injectable()
export class NewBatchesService {
  constructor(
    private readonly templates: CompiledTemplates,
    private readonly gates: RateGatesService,
    private readonly dailyCaps: DailyCapsService,
    @Inject(MAIL_TRANSPORT) private readonly transport: MailTransport,
    @Inject(SETTINGS) private readonly settings: Settings,
    @Inject(EMAIL_TIMINGS) private readonly timings: EmailTimings,
  ) {}

  async claim(manager: EntityManager): Promise<Claim> {
    const turn = await this.gates.reserve({ forQueued: true });
    if (!turn.open) {
      return turn.waitMs === null ? { kind: 'nothing' } : { kind: 'later', waitMs: turn.waitMs };
    }
    const claim = await this.freezeDue(manager, turn);
    if (claim.kind !== 'batch') {
      await this.gates.giveBack(turn);
    }
    return claim;
  }

  private async freezeDue(manager: EntityManager, turn: Turn): Promise<Claim> {
    const found = await this.lockDue(manager);
    const [first] = found;
    if (!first) {
      return { kind: 'nothing' };
    }
    const due = await this.dailyCaps.withinCap(manager, first, found);
    const { ids, mails, skipped } = await this.render(manager, due);
    if (skipped.length > 0) {
      await this.skip(manager, skipped);
    }
    if (ids.length === 0) {
      return { kind: 'again' };
    }
    const body = `[${mails.join(',')}]`;
    const frozen = { id: randomUUID(), orgId: first.orgId, emailIds: ids, body };
    const leasedAt = performance.now();
    await this.freeze(manager, frozen, turn.waitMs);
    const { name: transport, keyFingerprint } = this.transport;
    const history = { claims: 1, attempts: 0, unclear: false };
    return {
      kind: 'batch',
      batch: { ...frozen, transport, keyFingerprint, ...history, leasedAt, turn },
    };
  }

  /**
   * One replica at a time chooses what goes next: two that choose together would share the mails of one request.
   * A mail that was in a batch while its person opted out, booked or declined may be back in the queue, so that is
   * asked here once more.
   * `(select clock_timestamp())` is one value, so the index finds the due ones; the bare function is many.
   */
  private async lockDue(manager: EntityManager): Promise<DueEmail[]> {
    await manager.query(`select pg_advisory_xact_lock(hashtextextended('choose mails', 0))`);
    return manager.query(
      `with head as (
         select org_id from emails
          where state = 'queued' and due_at <= (select clock_timestamp())
          order by due_at, position, id limit 1 for update skip locked)
       select id, org_id "orgId", to_address "toAddress", reply_to "replyTo", sender_name "senderName",
              template_id "templateId", template_values "templateValues", (select daily_mail_cap from orgs where id = org_id) "dailyCap",
              kind, ${whyNotWanted('emails')} "skipCode"
         from emails
        where state = 'queued' and due_at <= (select clock_timestamp()) and org_id = (select org_id from head)
        order by due_at, position, id limit $1 for update skip locked`,
      [this.transport.maxPerCall],
    );
  }

  private async render(manager: EntityManager, due: readonly DueEmail[]): Promise<Rendering> {
    const templateIds = due.flatMap(({ templateId }) => (templateId ? [templateId] : []));
    const templates = await this.templates.load(manager, templateIds);
    const rendering: Rendering = { ids: [], mails: [], skipped: [] };
    let bytes = 2;
    for (const [index, email] of due.entries()) {
      if (index % renderedAtOnce === 0) {
        await breathe();
      }
      if (email.skipCode) {
        rendering.skipped.push({ id: email.id, code: email.skipCode, reason: null });
        continue;
      }
      const template = templates.get(email.templateId ?? '');
      const values = email.templateValues ?? {};
      const missing = template ? missingValues(template, values) : [];
      if (!template || missing.length > 0) {
        const reason = template ? `No value for ${missing.join(', ')}.` : 'Its template cannot be used.';
        rendering.skipped.push({ id: email.id, code: 'missing_value', reason });
        continue;
      }
      const mail = JSON.stringify(frozenMail(email, renderMail(template, values), this.settings.email.from));
      bytes += Buffer.byteLength(mail) + 1;
      if (bytes > maxBodyBytes && rendering.ids.length > 0) {
        break;
      }
      rendering.ids.push(email.id);
      rendering.mails.push(mail);
    }
    return rendering;
  }

  private async skip(manager: EntityManager, skipped: Rendering['skipped']): Promise<void> {
    await manager.query(
      `with skipped as (
         update emails e set state = 'skipped', reason_code = s.code, reason = s.reason,
                state_at = clock_timestamp()
           from unnest($1::uuid[], $2::text[], $3::text[]) s(id, code, reason) where e.id = s.id
         returning e.org_id, e.id, s.reason)
       insert into email_events (org_id, email_id, type, detail) select org_id, id, 'skipped', reason from skipped`,
      [skipped.map(({ id }) => id), skipped.map(({ code }) => code), skipped.map(({ reason }) => reason)],
    );
  }

  private async freeze(
    manager: EntityManager,
    batch: { readonly id: string; readonly orgId: string; readonly emailIds: readonly string[]; readonly body: string },
    waitMs: number,
  ): Promise<void> {
    const { requestTimeoutMs, leaseMarginMs } = this.timings;
    await manager.query(
      `with leased as (select clock_timestamp() + make_interval(secs => $8::float) until),
       batch as (
         insert into email_batches (id, org_id, transport, key_fingerprint, email_ids, body, body_hash, claims,
                                    lease_until, next_attempt_at, first_attempt_at, may_have_left)
         select $1::uuid, $2::uuid, $3::text, $4::text, $5::uuid[], $6::text, $7::text, 1, until, until,
                clock_timestamp(), $9::boolean
           from leased)
       update emails
          set state = 'sending', batch_id = $1, state_at = clock_timestamp(),
              reason = case when reason_code = 'daily_cap' then null else reason end,
              reason_code = nullif(reason_code, 'daily_cap')
        where id = any($5)`,
      [
        batch.id,
        batch.orgId,
        this.transport.name,
        this.transport.keyFingerprint,
        batch.emailIds,
        batch.body,
        bodyHash(batch.body),
        (waitMs + requestTimeoutMs + leaseMarginMs) / 1000,
        this.transport.idempotent,
      ],
    );
  }
}
