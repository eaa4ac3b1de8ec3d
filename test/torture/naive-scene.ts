import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { projectRoot } from '../../src/shared/project-root.js';
import type { CrashingPostgres } from './crashing-postgres.js';
import type { CruelResend } from './cruel-resend.js';
import { openAll, Replica, type RunningProcess } from './replica.js';
import type { Scene } from './ordeal.js';
import type { StoredMail } from './verdict.js';

/** A few naive senders and their mails, in a table of their own. */
export class NaiveScene implements Scene {
  readonly mails: number;
  readonly replicas: readonly Replica[];

  constructor(
    readonly postgres: CrashingPostgres,
    readonly resend: CruelResend,
    { mails, replicas }: { readonly mails: number; readonly replicas: number },
  ) {
    this.mails = mails;
    this.replicas = Array.from({ length: replicas }, (_, index) => {
      const name = `naive-${index + 1}`;
      return new Replica(
        name,
        () => startSender(postgres.url, resend.server.url, name),
        () => true,
      );
    });
  }

  async begin(): Promise<void> {
    await this.postgres.ask(
      `create table naive_mails (id uuid primary key default gen_random_uuid(), address text not null,
         state text not null default 'queued', provider_id text, lease_until timestamptz not null default 'epoch')`,
    );
    await this.postgres.ask(
      `insert into naive_mails (address) select 'naive' || n || '@people.example' from generate_series(1, $1::int) n`,
      [this.mails],
    );
    await openAll(this.replicas);
  }

  async pending(): Promise<number> {
    const [row] = await this.postgres.ask<{ count: number }>(
      `select count(*)::int count from naive_mails where state = 'queued'`,
    );
    return row!.count;
  }

  stored(): Promise<StoredMail[]> {
    return this.postgres.ask<StoredMail & Record<string, unknown>>(
      `select id, address "to", state, provider_id "providerId" from naive_mails`,
    );
  }

  async counts(): Promise<Record<string, number>> {
    return {};
  }

  async leave(): Promise<void> {
    await Promise.all(this.replicas.map((replica) => replica.stop()));
  }
}

async function startSender(databaseUrl: string, resendUrl: string, name: string): Promise<RunningProcess> {
  const program = ['--import', './test/support/run-typescript.mjs', join('test', 'torture', 'naive-sender.ts')];
  const child = spawn(process.execPath, [...program, databaseUrl, resendUrl, name], {
    cwd: projectRoot,
    stdio: ['pipe', 'pipe', 'ignore'],
  });
  const ended = once(child, 'exit');
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  const isReady = await Promise.race([once(child.stdout, 'data').then(() => true), ended.then(() => false)]);
  if (!isReady) {
    throw new Error('A naive sender did not start.');
  }
  return { ended, lastWords: () => 'A naive sender ended.', kill };
}
