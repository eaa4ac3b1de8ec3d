import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

export interface TestDatabase {
  readonly url: string;
  drop(): Promise<void>;
}

export const templateDatabase = 'interlude_template';
/** With the people of the tests, as the app has made it at its first start. */
export const peopledTemplate = 'interlude_people';

/** An own, migrated database for one test file; costs about 30 ms. */
export async function createTestDatabase(template = templateDatabase): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await onServer(async (client) => {
    await client.query(`select pg_advisory_lock(hashtext('${template}'))`);
    await client.query(`create database ${name} template ${template} strategy wal_log`);
  });
  const url = new URL(serverUrl());
  url.pathname = name;
  return {
    url: url.href,
    drop: () => onServer((client) => client.query(`drop database if exists ${name} with (force)`)),
  };
}

async function onServer(act: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: serverUrl() });
  await client.connect();
  try {
    await act(client);
  } finally {
    await client.end();
  }
}

function serverUrl(): string {
  const url = process.env.TEST_SERVER_URL;
  if (!url) {
    throw new Error(
      'The test server is not running: start the tests through Jest, which runs test/support/global-setup.ts.',
    );
  }
  return url;
}
