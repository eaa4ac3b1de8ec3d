import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { DataSource, EntityManager } from 'typeorm';
import { createDataSource } from '../ormconfig.js';
import { AccountsService, type MadeAdmin, type NewAdmin } from './accounts/accounts.service.js';
import { Org } from './accounts/org.entity.js';
import { SecondFactors } from './accounts/second-factors.service.js';
import { recordActivity } from './activity/record-activity.js';
import { InvitationImportService, noLimits } from './candidates/invitation-import.service.js';
import { seedCandidates } from './candidates/seed-candidates.js';
import { readSettings } from './config/read-settings.js';
import type { Settings } from './config/settings.js';
import { databaseFor } from './database/database-for.js';
import { migratedDataSource } from './database/migrated-data-source.js';
import { doctorByHand } from './doctor-by-hand.js';
import { Fingerprints } from './encryption/fingerprints.service.js';
import { Vault } from './encryption/vault.service.js';
import { exitCodeOf, linesAsText } from './health/doctor/verdict.js';
import { rotateKeys } from './rotate-keys.js';
import { refuseToStart } from './serve.js';
import { commandLineActor, type Actor } from './shared/actor.js';

const help = `npm run cli -- <command> [--organization SLUG]

  migrate                                 brings the database up to date
  admin:create --email A --name N         adds an admin and prints the password once; who has an account keeps theirs
  organization:create --organization O --email A --name N
                                          adds the organization O with that admin
  admin:reset-factor --email A            takes a person's second factor off, for whoever lost app and recovery codes
  import FILE.csv                         imports candidates, as the page does
  seed                                    adds three assessments and 60 invented candidates
  doctor                                  looks at everything that has to work; ends with 0 (all green), 1 (amber)
                                          or 2 (red)
  keys:rotate                             encrypts what is stored with the first of ENCRYPTION_KEYS; the app may run

  --organization SLUG                     which organization, where there are several
`;

const passwordBytes = 12;
/** Of a server that could not be started. */
const nowhere = 'postgres://localhost:1/nowhere';
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    organization: { type: 'string' },
    email: { type: 'string' },
    name: { type: 'string' },
    help: { type: 'boolean' },
  },
});

type Command = (database: DataSource, settings: Settings) => Promise<void>;

const commands: Readonly<Record<string, Command>> = {
  migrate: async () => say('The database is up to date.'),
  'admin:create': createAdmin,
  'organization:create': createOrganization,
  'admin:reset-factor': resetFactor,
  import: importFile,
  seed: async (database) => {
    const actor = await organization(database);
    await seedCandidates(database, actor, new Date());
    await recordActivity(database.manager, actor, { action: 'candidates.seeded' });
    say('Three assessments and 60 candidates are there.');
  },
  'keys:rotate': async (database, settings) => {
    const { sentences, complete } = await rotateKeys(database, settings);
    sentences.forEach(say);
    process.exitCode = complete ? 0 : 1;
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
  const [name = ''] = positionals;
  const command = commands[name];
  if (values.help || !(command || name === 'doctor')) {
    say(help);
    process.exitCode = values.help ? 0 : 1;
    return;
  }
  const settings = readSettings();
  await (command ? onDatabase(settings, command) : examine(settings));
}

async function onDatabase(settings: Settings, command: Command): Promise<void> {
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

/** Changes nothing, and has something to say without a database too. */
async function examine(settings: Settings): Promise<void> {
  const server = await databaseFor(settings).catch(() => null);
  const database = createDataSource(server?.url ?? nowhere);
  try {
    await examineOn(database, settings);
  } finally {
    if (database.isInitialized) {
      await database.destroy();
    }
    await server?.stop();
  }
}

async function examineOn(database: DataSource, settings: Settings): Promise<void> {
  const orgs = await database
    .initialize()
    .then(() => database.getRepository(Org).find({ order: { createdAt: 'ASC' } }))
    .catch((): Org[] => []);
  const chosen = values.organization ? orgs.filter(({ slug }) => slug === values.organization) : orgs;
  if (orgs.length > 0 && chosen.length === 0) {
    throw new CommandError(`There is no such organization; there are ${orgs.map(({ slug }) => slug).join(', ')}.`);
  }
  const { doctor, close } = doctorByHand(database, settings);
  const lines = await doctor.examine(chosen);
  linesAsText(lines).forEach(say);
  process.exitCode = exitCodeOf(lines);
  await close();
}

async function createAdmin(database: DataSource, settings: Settings): Promise<void> {
  await addAdmin(database, settings, async (manager, accounts, person) => {
    if (!(await manager.existsBy(Org, {}))) {
      return addOrganization(manager, accounts, { ...person, organizationName: values.organization ?? 'Interviews' });
    }
    const actor = await organization(database);
    const admin = await accounts.makeAdmin(manager, actor.orgId, person);
    await noteAdmin(manager, actor, admin.id);
    return admin;
  });
}

async function createOrganization(database: DataSource, settings: Settings): Promise<void> {
  const organizationName = values.organization?.trim();
  if (!organizationName) {
    throw new CommandError('organization:create needs --organization, the name of the new one.');
  }
  await addAdmin(database, settings, (manager, accounts, person) =>
    addOrganization(manager, accounts, { ...person, organizationName }),
  );
}

async function addOrganization(
  manager: EntityManager,
  accounts: AccountsService,
  person: NewAdmin,
): Promise<MadeAdmin> {
  const { org, admin } = await accounts.createOrganization(manager, person);
  await noteAdmin(manager, commandLineActor(org.id), admin.id);
  return admin;
}

async function addAdmin(
  database: DataSource,
  settings: Settings,
  work: (
    manager: EntityManager,
    accounts: AccountsService,
    person: { name: string; email: string; password: string },
  ) => Promise<MadeAdmin>,
): Promise<void> {
  const { email, name } = values;
  if (!email || !name) {
    throw new CommandError('An admin needs --email and --name.');
  }
  const accounts = new AccountsService(database, settings);
  const password = randomBytes(passwordBytes).toString('base64url');
  const { keepsPassword } = await database.transaction((manager) => work(manager, accounts, { name, email, password }));
  say(
    keepsPassword
      ? `${email} is an admin now and signs in as before.`
      : `${email} can sign in with the password ${password}`,
  );
}

async function noteAdmin(manager: EntityManager, actor: Actor, id: string): Promise<void> {
  await recordActivity(manager, actor, {
    action: 'member.added',
    subject: { type: 'person', id },
    after: { role: 'admin' },
  });
}

async function resetFactor(database: DataSource, settings: Settings): Promise<void> {
  const { email } = values;
  if (!email) {
    throw new CommandError('admin:reset-factor needs --email.');
  }
  const user = await new AccountsService(database, settings).findByEmail(email);
  if (!user) {
    throw new CommandError(`Nobody has the address ${email}.`);
  }
  const removed = await new SecondFactors(database, new Vault(settings)).remove(user.id, 'command');
  say(
    removed === null
      ? `${user.email} has no second factor. Nothing was changed.`
      : `${user.email} signs in with the password alone now. Every session of theirs was ended.`,
  );
}

async function importFile(database: DataSource, settings: Settings): Promise<void> {
  const file = positionals[1];
  if (!file || !existsSync(file)) {
    throw new CommandError('import needs the name of a CSV file that is there.');
  }
  const actor = await organization(database);
  const imports = new InvitationImportService(database, new Fingerprints(new Vault(settings)));
  const result = await imports.importCsv(actor, createReadStream(file), { limits: noLimits });
  if (!result.ok) {
    throw new CommandError(result.reason);
  }
  const { created, changed, unchanged, refused, refusedRows } = result;
  say(`${created} created, ${changed} changed, ${unchanged} unchanged, ${refused} refused`);
  for (const { line, reason } of refusedRows) {
    say(`line ${line}: ${reason}`);
  }
  if (refused > refusedRows.length) {
    say(`and ${refused - refusedRows.length} more`);
  }
  process.exitCode = refused > 0 ? 1 : 0;
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
  return commandLineActor(chosen.id);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
