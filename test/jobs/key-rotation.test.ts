import { randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { tokenPlace } from '../../src/accounts/mails/account-mail-sealing.js';
import { SecondFactors } from '../../src/accounts/second-factors.service.js';
import { CalComConfigsService } from '../../src/cal-com/cal-com-configs.service.js';
import { CalComEventTypesService } from '../../src/cal-com/cal-com-event-types.service.js';
import { calComOptions, type CalComOptions } from '../../src/cal-com/cal-com-options.js';
import { CalComWebhooksService } from '../../src/cal-com/cal-com-webhooks.service.js';
import { removeWebhookQueue, sealedConnection } from '../../src/cal-com/former-webhook.js';
import { sealedValues } from '../../src/cal-com/sealed-values.js';
import { Fingerprints } from '../../src/encryption/fingerprints.service.js';
import { Vault } from '../../src/encryption/vault.service.js';
import { Jobs } from '../../src/jobs/jobs.service.js';
import { rotateKeys } from '../../src/rotate-keys.js';
import { otherApiKey } from '../../src/sandbox/seed.js';
import { bookingNews, postTo } from '../support/cal-com-webhook.js';
import { environmentOf, runCli } from '../support/cli.js';
import { databaseDump } from '../support/database-dump.js';
import { ResendServer } from '../support/resend-server.js';
import { startScheduling, type SchedulingTest } from '../support/scheduling.js';
import { codeOf, turnOnFactor } from '../support/second-factor.js';

const people = 1_000;
const tokenOfMail = 'the-token-of-an-invite';
const oldKey = newKey('old');
const nextKey = newKey('next');

describe('a rotation of the encryption keys', () => {
  let test: SchedulingTest;
  let resend: ResendServer;
  let factor: Awaited<ReturnType<typeof turnOnFactor>>;

  beforeAll(async () => {
    resend = await ResendServer.start();
    test = await startScheduling({
      ENCRYPTION_KEYS: oldKey,
      CAL_COM_ALLOWED_HOSTS: '127.0.0.1',
      CAL_COM_REQUESTS_PER_MINUTE: '6000',
      EMAIL_TRANSPORT: 'resend',
      EMAIL_FROM: 'Acme <interviews@acme.example>',
      RESEND_API_KEY: 're_test',
      RESEND_BASE_URL: resend.url,
      RESEND_REQUESTS_PER_SECOND: '4',
    });
    Object.assign(test.app.get<CalComOptions>(calComOptions), { readRetryDelaysMs: [] });
    const { apiUrl, apiKey } = test.sandbox;
    await configs().save(test.acme, { apiKey, apiUrl });
    await configs().save(test.globex, { apiKey: otherApiKey, apiUrl });
    await test.app.get(CalComWebhooksService).settled(test.acme, 10_000);
    await test.app.get(CalComWebhooksService).settled(test.globex, 10_000);
    await leaveWebhookToRemove();
    await leaveMailToSend();
    await test.app.get(Fingerprints).ensure(test.db.manager, test.acme.orgId);
    factor = await turnOnFactor(test, test.ben);
    // As after a restart with the new key in front: what is stored is still of the old one.
    Object.assign(test.settings, { encryptionKeys: keysOf(nextKey, oldKey) });
    Object.assign(test.app.get(Vault), { keys: keysOf(nextKey, oldKey) });
  });
  afterAll(async () => {
    await test?.stop();
    await resend?.stop();
  });

  const configs = () => test.app.get(CalComConfigsService);
  const stored = () =>
    test.db.query<{ api_key: string; webhook_secret: string }[]>('select api_key, webhook_secret from cal_com_configs');

  it('fails no call while 1,000 mails go out and Cal.com is read and tells of bookings', async () => {
    const sendId = await dispatch();
    let going = true;
    const reading = everyMoment(() => going, readCalCom);
    const telling = everyMoment(() => going, tellOfBooking);
    await pause(300);
    const { sentences, complete } = await rotateKeys(test.db, test.settings);
    expect(resend.sent.length).toBeLessThan(people);
    await pause(300);
    going = false;

    expect(sentences).toEqual([
      '8 of 8 stored secrets were encrypted again, with the key next.',
      'Nothing needs old any more: take it out of ENCRYPTION_KEYS.',
    ]);
    expect(complete).toBe(true);
    const [reads, tellings] = [await reading, await telling];
    expect(reads.length).toBeGreaterThan(5);
    expect(tellings.length).toBeGreaterThan(5);
    expect(new Set([...reads, ...tellings])).toEqual(new Set(['went well']));
    expect(await test.settled(sendId)).toEqual({ accepted: people });
    expect(Object.values(resend.mailsTo).filter((count) => count !== 1)).toEqual([]);
  });

  it('leaves nothing that needs the old key', async () => {
    expect((await stored()).flatMap(Object.values).every((sealed) => sealed.startsWith('next.'))).toBe(true);
    Object.assign(test.app.get(Vault), { keys: keysOf(nextKey) });
    expect(await readCalCom()).toBe('went well');
    expect(await tellOfBooking()).toBe('went well');
    expect(await test.app.get(SecondFactors).accept(test.ben.actor.userId!, codeOf(factor.secret))).toBe('code');
    expect(await databaseDump(test.db)).not.toMatch(/\bold\.[\w-]{16}\./);
  });

  it('does nothing the second time, on a shell', async () => {
    const before = await stored();
    const { stdout, code } = await runCli(['keys:rotate'], environmentOf(test));
    expect(stdout).toContain('0 of 8 stored secrets were encrypted again, with the key next.');
    expect(code).toBe(0);
    expect(await stored()).toEqual(before);
  });

  it('leaves what no key opens as it is, and says so', async () => {
    const settings = { ...test.settings, encryptionKeys: keysOf(newKey('third')) };
    const before = await stored();
    const { sentences, complete } = await rotateKeys(test.db, settings);
    expect(sentences.join(' ')).toContain('8 cannot be read with any key and stayed as they are');
    expect(complete).toBe(false);
    expect(await stored()).toEqual(before);
  });

  it.each(sealedValues.map(({ listSql, replaceSql }) => ({ listSql, replaceSql })))(
    'never overwrites what was changed meanwhile: $replaceSql',
    async ({ listSql, replaceSql }) => {
      const [value] = await test.db.query<{ row: string; sealed: string }[]>(listSql);
      const [, count] = await test.db.query<[unknown, number]>(replaceSql, [value!.row, `${value!.sealed}x`, 'other']);
      expect(count).toBe(0);
      expect((await test.db.query<unknown[]>(listSql))[0]).toEqual(value);
    },
  );

  it('keeps no key and no secret readable anywhere in the database', async () => {
    const text = await databaseDump(test.db);
    const secrets = [
      test.sandbox.apiKey,
      factor.secret,
      tokenOfMail,
      ...factor.codes.map((code) => code.replaceAll('-', '')),
      otherApiKey,
      ...test.sandbox.state.webhooks.map(({ secret }) => secret!),
      ...[oldKey, nextKey].map((key) => key.split(':')[1]!),
      're_test',
    ];
    expect(text).toContain('interviews@acme.example');
    expect(secrets.filter((secret) => secret.length > 6 && text.includes(secret))).toEqual([]);
    expect(secrets.length).toBeGreaterThanOrEqual(18);
  });

  /** A mail about an account that waits for its time, with the token of its link. */
  async function leaveMailToSend(): Promise<void> {
    const id = randomUUID();
    await test.db.query(
      `insert into account_mails (id, kind, to_address, org_id, template_values, path, sealed_token)
       values ($1, 'invite', 'nina@acme.example', $2, '{}', '/invites/', $3)`,
      [id, test.acme.orgId, test.app.get(Vault).encrypt(tokenOfMail, tokenPlace(id))],
    );
  }

  /** A removal that waits for its time, with the connection it needs. */
  async function leaveWebhookToRemove(): Promise<void> {
    const place = { orgId: test.acme.orgId, webhookId: 'b2f6' };
    const connection = sealedConnection(
      test.app.get(Vault),
      { apiUrl: test.sandbox.apiUrl, apiKey: 'cal_former_key' },
      place,
    );
    const startAfter = new Date(Date.now() + 3_600_000);
    await test.app
      .get(Jobs)
      .enqueue(test.db.manager, removeWebhookQueue, { ...place, connection, attempt: 2 }, { startAfter });
  }

  async function dispatch(): Promise<string> {
    await test.db.query(
      `with assessment as (insert into assessments (org_id, title) values ($1, 'Logic') returning id)
       insert into invitations (org_id, assessment_id, name, email, status)
       select $1, id, 'Candidate ' || n, 'c' || n || '@many.example', 'submitted'
         from assessment, generate_series(1, $2::int) n`,
      [test.acme.orgId, people],
    );
    await test.asha.agent.get('/app/scheduling').expect(200);
    const form = { select: 'matching', q: '@many.example', event_type_id: '1' };
    const begun = await test.asha.agent.post('/app/scheduling/sends').type('form').send(form).expect(303);
    const path = begun.headers['location']!;
    await test.asha.agent.post(`${path}/dispatch`).type('form').send({ revision: 1 }).expect(303);
    return path.split('/').at(-1)!;
  }

  async function readCalCom(): Promise<string> {
    for (const actor of [test.acme, test.globex]) {
      const outcome = await test.app.get(CalComEventTypesService).refresh(actor);
      if (!outcome?.ok) {
        return JSON.stringify(outcome);
      }
    }
    return 'went well';
  }

  async function tellOfBooking(): Promise<string> {
    for (const { subscriberUrl, secret } of test.sandbox.state.webhooks) {
      const endpoint = { path: new URL(subscriberUrl).pathname, secret: secret! };
      const answer = await postTo(
        test.visitor(),
        endpoint,
        bookingNews('PING', { uid: randomBytes(6).toString('hex') }),
      );
      if (answer.status !== 200) {
        return `${answer.status}`;
      }
    }
    return 'went well';
  }
});

async function everyMoment(goes: () => boolean, act: () => Promise<string>): Promise<string[]> {
  const outcomes: string[] = [];
  while (goes()) {
    outcomes.push(await act());
  }
  return outcomes;
}

function newKey(id: string): string {
  return `${id}:${randomBytes(32).toString('base64')}`;
}

function keysOf(...texts: string[]): { id: string; secret: Buffer }[] {
  return texts.map((text) => {
    const [id = '', secret = ''] = text.split(':');
    return { id, secret: Buffer.from(secret, 'base64') };
  });
}
