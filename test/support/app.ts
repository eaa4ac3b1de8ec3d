import type { NestExpressApplication } from '@nestjs/platform-express';
import type { AddressInfo } from 'node:net';
import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { DataSource } from 'typeorm';
import { readSettings } from '../../src/config/read-settings.js';
import type { Settings } from '../../src/config/settings.js';
import { createApp } from '../../src/create-app.js';
import {
  BOOKING_SYNC_TIMINGS,
  type BookingSyncTimings,
} from '../../src/scheduling/bookings/sync/booking-sync-timings.js';
import { systemActor, type Actor, type Role } from '../../src/shared/actor.js';
import { createTestDatabase, peopledTemplate } from './database.js';
import { KeptLog } from './kept-log.js';
import { quickHash, testEnvironment, testPassword } from './people.js';

export { quickHash, testPassword };

export interface TestPerson {
  readonly name: string;
  readonly email: string;
  readonly actor: Actor;
  /** A browser that is signed in as this person and sends the Origin a browser would. */
  readonly agent: ReturnType<typeof request.agent>;
}

export interface TestApp {
  readonly app: NestExpressApplication;
  readonly url: string;
  readonly databaseUrl: string;
  readonly db: DataSource;
  readonly settings: Settings;
  /** Admin of Acme, scheduler of Acme, viewer of Acme, admin of Globex. */
  readonly asha: TestPerson;
  readonly dana: TestPerson;
  readonly ben: TestPerson;
  readonly cleo: TestPerson;
  readonly acme: Actor;
  readonly globex: Actor;
  /** A browser that is not signed in. */
  visitor(): ReturnType<typeof request.agent>;
  stop(): Promise<void>;
}

/** The real app on a real database of its own, with named people. `environment` adds to the test settings. */
export async function startApp(environment: Record<string, string> = {}): Promise<TestApp> {
  const database = await createTestDatabase(peopledTemplate);
  const settings = readSettings({
    ...testEnvironment(),
    // Captured mails about accounts; a folder that is not there until there is one.
    DATA_DIR: join(tmpdir(), `interlude-test-${randomBytes(8).toString('hex')}`),
    ...environment,
  });
  const log = new KeptLog();
  log.hide(testPassword, settings.sessionSecret, settings.email.resendApiKey ?? '', settings.calCom.apiKey ?? '');
  const app = await createApp(settings, database.url, log);
  app.use(log.hideBodies);
  // A test says itself when Cal.com is to be looked at.
  Object.assign(app.get<BookingSyncTimings>(BOOKING_SYNC_TIMINGS), { runsByItself: false });
  await app.listen(0, '127.0.0.1');
  const { port } = app.getHttpServer().address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  const db = app.get(DataSource);
  const visitor = () => request.agent(url).set('Origin', settings.publicUrl);
  await db.query('update orgs set undo_window_seconds = $1', [settings.undoWindowSeconds]);
  const acmeId = await orgId(db, 'acme');
  const globexId = await orgId(db, 'globex');
  const person = (name: string, email: string, org: string, role: Role) =>
    signedIn(db, visitor(), { name, email, org, role });
  return {
    app,
    url,
    databaseUrl: database.url,
    db,
    settings,
    asha: await person('Asha Menon', 'asha@acme.example', acmeId, 'admin'),
    dana: await person('Dana Ruiz', 'dana@acme.example', acmeId, 'scheduler'),
    ben: await person('Ben Okri', 'ben@acme.example', acmeId, 'viewer'),
    cleo: await person('Cleo Hart', 'cleo@globex.example', globexId, 'admin'),
    acme: systemActor(acmeId),
    globex: systemActor(globexId),
    visitor,
    stop: async () => {
      await app.close();
      await database.drop();
      await rm(settings.dataDir, { recursive: true, force: true });
    },
  };
}

async function signedIn(
  db: DataSource,
  agent: ReturnType<typeof request.agent>,
  { name, email, org, role }: { name: string; email: string; org: string; role: Role },
): Promise<TestPerson> {
  await agent.post('/sign-in').type('form').send({ email, password: testPassword }).expect(303);
  const [user] = await db.query<{ id: string }[]>('select id from users where email = $1', [email]);
  return { name, email, agent, actor: { orgId: org, userId: user!.id, role } };
}

async function orgId(db: DataSource, slug: string): Promise<string> {
  const [org] = await db.query<{ id: string }[]>('select id from orgs where slug = $1', [slug]);
  return org!.id;
}
