import argon2 from 'argon2';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { randomBytes } from 'node:crypto';
import { DataSource } from 'typeorm';
import { AccountsService } from '../../src/accounts/accounts.service.js';
import { readSettings } from '../../src/config/read-settings.js';
import { createApp } from '../../src/create-app.js';

export const testPassword = 'correct horse battery staple';
/** As weak as it may be: four people sign in for each of hundreds of apps. */
export const quickHash = await argon2.hash(testPassword, { memoryCost: 1024, timeCost: 2, parallelism: 1 });

/** What every app of the tests is told; each may be told more. */
export function testEnvironment(): Record<string, string> {
  return {
    PORT: '0',
    ENCRYPTION_KEYS: `test:${randomBytes(32).toString('base64')}`,
    SESSION_SECRET: randomBytes(32).toString('base64url'),
    ADMIN_EMAIL: 'asha@acme.example',
    ADMIN_PASSWORD: testPassword,
    ORGANIZATION_NAME: 'Acme',
    UNDO_WINDOW_SECONDS: '0',
    PUBLIC_URL: 'http://localhost:3000',
  };
}

/** Acme and Globex, and what the app makes when it first starts: once for all files, because it takes a second. */
export async function addPeople(databaseUrl: string): Promise<void> {
  const app = await createApp(readSettings({ ...testEnvironment(), LOG_LEVEL: 'silent' }), databaseUrl);
  await app.init();
  const db = app.get(DataSource);
  await db.query(`update users set name = 'Asha Menon'; update orgs set time_zone = 'Europe/Berlin'`);
  await addColleagues(db);
  await addGlobex(app, db);
  await db.query('update users set password_hash = $1', [quickHash]);
  await db.query('delete from pgboss.job');
  await app.close();
}

async function addColleagues(db: DataSource): Promise<void> {
  await db.query(
    `with person as (
       insert into users (name, email, password_hash)
       values ('Ben Okri', 'ben@acme.example', ''), ('Dana Ruiz', 'dana@acme.example', '') returning id, name)
     insert into memberships (org_id, user_id, role)
     select (select id from orgs), id, case name when 'Ben Okri' then 'viewer' else 'scheduler' end from person`,
  );
}

function addGlobex(app: NestExpressApplication, db: DataSource): Promise<unknown> {
  return app.get(AccountsService).createOrganization(db.manager, {
    organizationName: 'Globex',
    name: 'Cleo Hart',
    email: 'cleo@globex.example',
    password: testPassword,
    timeZone: 'America/New_York',
  });
}
