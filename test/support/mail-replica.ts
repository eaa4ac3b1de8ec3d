import { Test, type TestingModule } from '@nestjs/testing';
import { randomBytes } from 'node:crypto';
import { DataSource } from 'typeorm';
import { createDataSource } from '../../ormconfig.js';
import { ConfigModule } from '../../src/config/config.module.js';
import { readSettings } from '../../src/config/read-settings.js';
import { DatabaseModule } from '../../src/database/database.module.js';
import { defaultEmailTimings, EMAIL_TIMINGS, type EmailTimings } from '../../src/email/delivery/email-timings.js';
import { EmailModule } from '../../src/email/email.module.js';
import { EmailService } from '../../src/email/email.service.js';
import { EmailTemplatesService } from '../../src/email/email-templates.service.js';
import { systemActor, type Actor } from '../../src/shared/actor.js';
import { until } from './until.js';

/** Short enough to watch a lease run out. */
export const quickTimings: EmailTimings = {
  ...defaultEmailTimings,
  pollMs: 50,
  requestTimeoutMs: 2_000,
  leaseMarginMs: 1_000,
  pauseMs: 400,
  firstBackoffMs: 50,
  maxBackoffMs: 200,
};

/** One replica of everything that mail needs, without the pages. */
export interface MailReplica {
  readonly module: TestingModule;
  readonly db: DataSource;
  readonly emails: EmailService;
  readonly templates: EmailTemplatesService;
  stop(): Promise<void>;
}

export async function startMailReplica(
  databaseUrl: string,
  environment: Record<string, string>,
  timings: Partial<EmailTimings> = {},
): Promise<MailReplica> {
  const settings = readSettings({
    ENCRYPTION_KEYS: `test:${randomBytes(32).toString('base64')}`,
    SESSION_SECRET: randomBytes(32).toString('base64url'),
    EMAIL_FROM: 'Acme Interviews <interviews@acme.example>',
    RESEND_API_KEY: 're_test',
    RESEND_REQUESTS_PER_SECOND: '200',
    ...environment,
  });
  const module = await Test.createTestingModule({
    imports: [ConfigModule.with(settings), DatabaseModule.with(databaseUrl, createDataSource), EmailModule],
  })
    .overrideProvider(EMAIL_TIMINGS)
    .useValue({ ...quickTimings, ...timings })
    .compile();
  module.useLogger(false);
  await module.init();
  return {
    module,
    db: module.get(DataSource),
    emails: module.get(EmailService),
    templates: module.get(EmailTemplatesService),
    stop: () => module.close(),
  };
}

export async function createOrganization(db: DataSource, name: string): Promise<Actor> {
  const [org] = await db.query<{ id: string }[]>('insert into orgs (name, slug) values ($1, lower($1)) returning id', [
    name,
  ]);
  return systemActor(org!.id);
}

export interface QueuedSend {
  readonly sendId: string;
  /** In the order of their addresses: c1@..., c2@... */
  readonly emailIds: readonly string[];
  readonly addresses: readonly string[];
}

/** A dispatched send of so many mails, due now, each to a candidate of its own. */
export async function queueSend(
  replica: Pick<MailReplica, 'db' | 'emails' | 'templates'>,
  actor: Actor,
  count: number,
  content: { subject?: string; body?: string; dueInSeconds?: number } = {},
): Promise<QueuedSend> {
  const base = await replica.templates.current(actor, 'scheduling_invitation');
  return replica.db.transaction(async (manager) => {
    const templateId = await replica.templates.freezeContent(manager, actor, {
      basedOn: base.id,
      subject: content.subject ?? base.subject,
      body: content.body ?? base.body,
    });
    const mark = randomBytes(3).toString('hex');
    const [assessment] = await manager.query<{ id: string }[]>(
      `insert into assessments (org_id, title) values ($1, $2) returning id`,
      [actor.orgId, `Logic ${mark}`],
    );
    const [send] = await manager.query<{ id: string }[]>(
      `insert into sends (org_id, event_type_id, template_id, subject, body, dispatched_at, due_at)
       values ($1, 1, $2, 'frozen in the emails', 'frozen in the emails', now(), now()) returning id`,
      [actor.orgId, templateId],
    );
    const rows = await manager.query<{ id: string; to: string }[]>(
      `with people as (
         insert into invitations (org_id, assessment_id, name, email, status)
         select $1, $2, 'Candidate ' || n, 'c' || n || '-${mark}@people.example', 'submitted'
           from generate_series(1, $3::int) n returning id, name, email)
       insert into emails (org_id, send_id, invitation_id, position, state, to_name, to_address, template_id,
                           template_values, due_at)
       select $1, $4, id, substring(name from '[0-9]+')::int, 'queued', name, email, $5,
              jsonb_build_object('candidate_name', name, 'assessment_title', 'Logic', 'org_name', 'Acme',
                                 'booking_link', 'https://interviews.acme.example/i/' || id),
              clock_timestamp() + make_interval(secs => $6)
         from people order by 4 returning id, to_address "to"`,
      [actor.orgId, assessment!.id, count, send!.id, templateId, content.dueInSeconds ?? 0],
    );
    await replica.emails.wake(manager, new Date());
    return { sendId: send!.id, emailIds: rows.map((row) => row.id), addresses: rows.map((row) => row.to) };
  });
}

export interface EmailRow {
  readonly id: string;
  readonly to: string;
  readonly state: string;
  readonly code: string | null;
  readonly reason: string | null;
  readonly attempts: number;
  readonly batchId: string | null;
  readonly providerId: string | null;
  readonly sentAt: Date | null;
}

export async function emailRows(db: DataSource, sendId: string): Promise<EmailRow[]> {
  return db.query(
    `select id, to_address "to", state, reason_code code, reason, attempts, batch_id "batchId",
            provider_id "providerId", sent_at "sentAt"
       from emails where send_id = $1 order by position`,
    [sendId],
  );
}

/** Waits until every mail of the send is in one of these states. */
export async function untilStates(
  db: DataSource,
  sendId: string,
  states: readonly string[],
  timeoutMs = 60_000,
): Promise<EmailRow[]> {
  return until(
    () => emailRows(db, sendId),
    (rows) => rows.every((row) => states.includes(row.state)),
    timeoutMs,
  );
}
