import { randomBytes } from 'node:crypto';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../../ormconfig.js';
import { systemActor } from '../../src/shared/actor.js';
import { BuiltApp, productionEnvironment } from '../support/built-app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { mailEvent, post, resendWebhookSecret, signed, storeMail, type StoredMail } from '../support/resend-webhook.js';
import { until } from '../support/until.js';

const nobodyListens = 'http://127.0.0.1:9';
const secrets = ['zoe.secret', 'Zoe Quint', 'hook-subject-51', 'hook-diagnosis-52', 'hook-id-53', 'hook-garbage-54'];

describe('the webhook of Resend in the built app', () => {
  let database: TestDatabase;
  let db: DataSource;
  let app: BuiltApp;

  beforeAll(async () => {
    database = await createTestDatabase();
    db = await createDataSource(database.url).initialize();
    app = await BuiltApp.start({
      ...productionEnvironment({
        databaseUrl: database.url,
        resendUrl: nobodyListens,
        calComUrl: `${nobodyListens}/v2`,
        calComKey: 'cal_live_nobody',
      }),
      RESEND_WEBHOOK_SECRET: resendWebhookSecret,
      LOG_LEVEL: 'trace',
    });
  });

  afterAll(async () => {
    await app?.stop();
    await db?.destroy();
    await database?.drop();
  });

  async function state({ id }: StoredMail): Promise<string> {
    const [row] = await db.query<{ state: string }[]>('select state from emails where id = $1', [id]);
    return row!.state;
  }

  it('believes what is signed, survives what is not, and logs nothing that either says', async () => {
    const [org] = await db.query<{ id: string }[]>('select id from orgs');
    const acme = systemActor(org!.id);
    const [mail, other] = [await storeMail(db, acme), await storeMail(db, acme)];
    const data = { subject: 'hook-subject-51', bounce: { type: 'Permanent', diagnosticCode: ['hook-diagnosis-52'] } };
    const bounce = (target: StoredMail) =>
      mailEvent('email.bounced', { emailId: target.id, providerId: target.providerId, data });
    const visitor = app.visitor();

    await post(visitor, signed(bounce(mail), { id: 'hook-id-53' })).expect(200);
    await until(
      () => state(mail),
      (now) => now === 'bounced',
    );
    await post(visitor, signed(bounce(other), { by: randomBytes(24) })).expect(401);
    await post(visitor, signed('hook-garbage-54')).expect(200);
    await post(visitor, signed('hook-garbage-54'.repeat(20_000))).expect(413);

    await db.query('alter table email_events rename to email_events_away');
    await post(visitor, signed(bounce(other))).expect(200);
    await until(
      () => app.stdout,
      (log) => log.includes('email_events'),
    );
    await db.query('alter table email_events_away rename to email_events');
    await until(
      () => state(other),
      (now) => now === 'bounced',
      20_000,
    );

    const log = `${app.stdout}${app.stderr}`;
    expect(log).toContain('"path":"/webhooks/resend"');
    expect(log).toContain('"statusCode":401');
    expect(secrets.filter((secret) => log.includes(secret))).toEqual([]);
    for (const told of [mail.to, other.to, resendWebhookSecret.slice(6), 'svix', 'v1,']) {
      expect(log).not.toContain(told);
    }
  });
});
