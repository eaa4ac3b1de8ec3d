import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { DataSource } from 'typeorm';
import { createDataSource } from '../ormconfig.js';
import { AccountsService } from './accounts/accounts.service.js';
import { Org } from './accounts/org.entity.js';
import { InvitationImportService, noLimits } from './candidates/invitation-import.service.js';
import { seedCandidates } from './candidates/seed-candidates.js';
import { readSettings } from './config/read-settings.js';
import type { Settings } from './config/settings.js';
import { databaseFor } from './database/database-for.js';
import { migratedDataSource } from './database/migrated-data-source.js';
import { refuseToStart } from './serve.js';
import { systemActor, type Actor } from './shared/actor.js';

const help = `npm run cli -- <command> [--organization SLUG]

  migrate                                 brings the database up to date
  admin:create --email A --name N         adds an admin and prints the password once
  import FILE.csv                         imports candidates, as the page does
  seed                                    adds three assessments and 60 invented candidates

  --organization SLUG                     which organization, where there are several
`;

const passwordBytes = 12;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    organization: { type: 'string' },
    email: { type: 'string' },
    name: { type: 'string' },
    help: { type: 'boolean' },
  },
});

const commands: Readonly<Record<string, (database: DataSource, settings: Settings) => Promise<void>>> = {
  migrate: async () => say('The database is up to date.'),
  'admin:create': createAdmin,
  import: importFile,
  seed: async (database) => {
    await seedCandidates(database, await organization(database), new Date());
    say('Three assessments and 60 candidates are there.');
  },
};

/** A sentence for the person at the shell, without a stack. */
class CommandError extends Error {}

try {
  await run();
} catch (error) {
  if (!(error instanceof CommandError)) {
    refuseToStart(error);
  }
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}

async function run(): Promise<void> {
  const command = commands[positionals[0] ?? ''];
  if (values.help || !command) {
    say(help);
    process.exitCode = values.help ? 0 : 1;
    return;
  }
  const settings = readSettings();
  const server = await databaseFor(settings);
  try {
    const database = await migratedDataSource(createDataSource(server.url));
    try {
      await command(database, settings);
    } finally {
      await database.destroy();
    }
  } finally {
    await server.stop();
  }
}

async function createAdmin(database: DataSource, settings: Settings): Promise<void> {
  const { email, name } = values;
  if (!email || !name) {
    throw new CommandError('admin:create needs --email and --name.');
  }
  const accounts = new AccountsService(database, settings);
  const password = randomBytes(passwordBytes).toString('base64url');
  await database.transaction(async (manager) => {
    const admin = { name, email, password };
    if (await manager.existsBy(Org, {})) {
      await accounts.addMember(manager, (await organization(database)).orgId, admin, 'admin');
    } else {
      await accounts.createOrganization(manager, { ...admin, organizationName: values.organization ?? 'Interviews' });
    }
  });
  say(`${email} can sign in with the password ${password}`);
}

async function importFile(database: DataSource): Promise<void> {
  const file = positionals[1];
  if (!file || !existsSync(file)) {
    throw new CommandError('import needs the name of a CSV file that is there.');
  }
  const actor = await organization(database);
  const result = await new InvitationImportService(database).importCsv(actor, createReadStream(file), noLimits);
  if (!result.ok) {
    throw new CommandError(result.reason);
  }
  const { created, changed, unchanged, refused } = result;
  say(`${created} created, ${changed} changed, ${unchanged} unchanged, ${refused.length} refused`);
  for (const { line, reason } of refused) {
    say(`line ${line}: ${reason}`);
  }
  process.exitCode = refused.length > 0 ? 1 : 0;
}

async function organization(database: DataSource): Promise<Actor> {
  const orgs = await database.getRepository(Org).find({ order: { createdAt: 'ASC' } });
  const chosen = values.organization ? orgs.find((org) => org.slug === values.organization) : orgs[0];
  if (!chosen || (orgs.length > 1 && !values.organization)) {
    throw new CommandError(
      orgs.length === 0
        ? 'There is no organization yet: admin:create makes one.'
        : `Say which organization with --organization: ${orgs.map((org) => org.slug).join(', ')}`,
    );
  }
  return systemActor(chosen.id);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
