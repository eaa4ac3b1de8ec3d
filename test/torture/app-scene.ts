import type request from 'supertest';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import { BuiltApp, productionEnvironment, type Environment } from '../support/built-app.js';
import type { CrashingPostgres } from './crashing-postgres.js';
import type { CruelResend } from './cruel-resend.js';
import type { Dice } from './dice.js';
import type { Scene } from './ordeal.js';
import { openAll, Replica, type RunningProcess } from './replica.js';
import type { StoredMail } from './verdict.js';

type Browser = ReturnType<typeof request.agent>;

const api = '/api/admin/scheduling';
const eventTypeId = '1';
const shareOfBadAddresses = 0.01;

interface AppSceneOptions {
  readonly mails: number;
  readonly replicas: number;
  readonly dice: Dice;
}

/** The built app in a few replicas, and an admin who sends one mail to everybody. */
export class AppScene implements Scene {
  readonly mails: number;
  readonly replicas: readonly Replica[];
  private readonly dice: Dice;
  private readonly homes: readonly Home[];
  private admin!: Browser;
  private sendId = '';

  private constructor(
    readonly postgres: CrashingPostgres,
    readonly resend: CruelResend,
    private readonly sandbox: Sandbox,
    { mails, replicas, dice }: AppSceneOptions,
  ) {
    const environment = environmentOf(postgres, resend, sandbox);
    resend.server.apiKeys = [environment['RESEND_API_KEY']!];
    this.mails = mails;
    this.dice = dice;
    this.homes = Array.from({ length: replicas }, (_, index) => new Home(`replica-${index + 1}`, environment));
    this.replicas = this.homes.map(
      (home) =>
        new Replica(
          home.name,
          () => home.start(),
          (since) => postgres.wasDownSince(since),
        ),
    );
  }

  static async set(postgres: CrashingPostgres, resend: CruelResend, options: AppSceneOptions): Promise<AppScene> {
    return new AppScene(postgres, resend, await startSandbox({ requestsPerMinute: 100_000 }), options);
  }

  async begin(): Promise<void> {
    await openAll(this.replicas);
    this.admin = await this.homes[0]!.admin();
    await this.importCandidates();
    await this.send();
  }

  async pending(): Promise<number> {
    const [row] = await this.postgres.ask<{ count: number }>(
      `select count(*)::int count from emails where state in ('draft', 'queued', 'sending')`,
    );
    return row!.count;
  }

  stored(): Promise<StoredMail[]> {
    return this.postgres.ask<StoredMail & Record<string, unknown>>(
      `select id, to_address "to", state, provider_id "providerId" from emails where send_id = $1`,
      [this.sendId],
    );
  }

  /** What the admin reads, in the session from before all the crashes. */
  async counts(): Promise<Record<string, number>> {
    const { body } = await this.admin.get(`${api}/sends/${this.sendId}?limit=1`).expect(200);
    return (body as { counts: Record<string, number> }).counts;
  }

  async leave(): Promise<void> {
    await Promise.all(this.replicas.map((replica) => replica.stop()));
    await this.sandbox.stop();
  }

  private async importCandidates(): Promise<void> {
    const rows = Array.from({ length: this.mails }, (_, index) => {
      const address = `candidate-${index}@people.example`;
      if (this.dice.chance(shareOfBadAddresses)) {
        this.resend.server.badAddresses.add(address);
      }
      return `Candidate ${index},${address},Logic,submitted`;
    });
    const file = Buffer.from(['name,email,assessment,status', ...rows].join('\n'));
    await this.admin
      .post('/app/candidates/import')
      .attach('file', file, { filename: 'candidates.csv', contentType: 'text/csv' })
      .expect(303);
  }

  /** As on the page: all that match, preview, Send. */
  private async send(): Promise<void> {
    await this.admin.get('/app/scheduling').expect(200);
    const form = { select: 'matching', event_type_id: eventTypeId };
    const begun = await this.admin.post('/app/scheduling/sends').type('form').send(form).expect(303);
    const path = begun.headers['location'] as string;
    this.sendId = path.split('/').at(-1)!;
    const draft = await this.admin.get(path).expect(200);
    const revision = /name="revision" value="(\d+)"/.exec(draft.text)?.[1];
    await this.admin.post(`${path}/dispatch`).type('form').send({ revision }).expect(303);
  }
}

/** Where one replica lives: every process that is started here listens on the same port. */
class Home {
  private app: BuiltApp | null = null;
  private environment: Environment;

  constructor(
    readonly name: string,
    environment: Environment,
  ) {
    this.environment = { ...environment, RESEND_USER_AGENT: name };
  }

  async start(): Promise<RunningProcess> {
    const app = await BuiltApp.start(this.environment);
    this.app = app;
    this.environment = app.environment;
    return { ended: app.ended, lastWords: () => `${app.stderr}\n${app.stdout}`.trim(), kill: () => app.kill() };
  }

  admin(): Promise<Browser> {
    return this.app!.admin();
  }
}

function environmentOf(postgres: CrashingPostgres, { server }: CruelResend, sandbox: Sandbox): Environment {
  return {
    ...productionEnvironment({
      databaseUrl: postgres.url,
      resendUrl: server.url,
      calComUrl: sandbox.apiUrl,
      calComKey: sandbox.apiKey,
    }),
    PUBLIC_URL: 'http://interviews.acme.example',
    RESEND_REQUESTS_PER_SECOND: `${server.requestsPerSecond}`,
    LOG_LEVEL: 'error',
  };
}
