import { randomBytes } from 'node:crypto';
import { BuiltApp } from '../test/support/built-app.js';
import { AdminBrowser } from './admin-browser.js';
import { connected, databaseOf, type BenchServer } from './bench-server.js';
import type { Limiter } from './limiters.js';
import { ResendStandIn } from './resend-stand-in.js';

export interface SiteOptions {
  readonly candidates: number;
  readonly limiter: Limiter;
  readonly replicas?: number;
}

const startRequestsPerSecond = 2;
const eventTypeId = 1;

/** The built app with production settings on a database of its own, its candidates, and a Resend of its own. */
export class BenchSite {
  private constructor(
    private readonly server: BenchServer,
    private readonly databaseUrl: string,
    readonly admin: AdminBrowser,
    readonly apps: readonly [BuiltApp, ...BuiltApp[]],
    readonly resend: ResendStandIn,
  ) {}

  static async open(server: BenchServer, { candidates, limiter, replicas = 1 }: SiteOptions): Promise<BenchSite> {
    const databaseUrl = await server.createDatabase();
    await addCandidates(databaseUrl, candidates);
    const resend = await ResendStandIn.start(limiter);
    const environment = {
      ...server.environment,
      DATABASE_URL: databaseUrl,
      RESEND_API_KEY: `re_${randomBytes(12).toString('hex')}`,
      RESEND_BASE_URL: resend.url,
      RESEND_REQUESTS_PER_SECOND: `${startRequestsPerSecond}`,
    };
    const app = await BuiltApp.start(environment);
    const others = await Promise.all(Array.from({ length: replicas - 1 }, () => BuiltApp.start(environment)));
    return new BenchSite(server, databaseUrl, await AdminBrowser.signIn(app), [app, ...others], resend);
  }

  /** What an admin does: all that match, Preview & send. Answers the path of the draft. */
  async draft(): Promise<string> {
    return this.admin.post('/app/scheduling/sends', { select: 'matching', event_type_id: `${eventTypeId}` });
  }

  /** Presses Send on the page of a draft. */
  async dispatch(draft: string): Promise<void> {
    const [, revision = ''] = /name="revision" value="(\d+)"/.exec(await this.admin.page(draft)) ?? [];
    await this.admin.post(`${draft}/dispatch`, { revision });
  }

  /** Begins to count what the app, and nobody else, asks of the database. */
  async countStatements(): Promise<() => Promise<number>> {
    const { observer } = this.server;
    await observer.query('select pg_stat_statements_reset()');
    return async () => {
      const { rows } = await observer.query<{ calls: number }>(
        `select sum(calls)::int calls from pg_stat_statements
          where dbid = (select oid from pg_database where datname = $1) and toplevel
            and query !~* '^\\s*(begin|start transaction|commit|end|rollback|abort|savepoint|release)\\M'`,
        [databaseOf(this.databaseUrl)],
      );
      return rows[0]!.calls;
    };
  }

  async close(): Promise<void> {
    await Promise.all(this.apps.map((app) => app.stop()));
    await this.resend.stop();
    await this.server.dropDatabase(this.databaseUrl);
  }
}

async function addCandidates(databaseUrl: string, count: number): Promise<void> {
  const client = await connected(databaseUrl);
  await client.query(
    `with assessment as (
       insert into assessments (org_id, title) select id, 'Backend engineer' from orgs returning org_id, id)
     insert into invitations (org_id, assessment_id, name, email, status, submitted_at, time_zone)
     select org_id, id, 'Candidate ' || n, 'candidate-' || n || '@people.example', 'submitted', now(), 'Europe/Berlin'
       from assessment, generate_series(1, $1::int) n`,
    [count],
  );
  // What was filled is what autovacuum would look at.
  await client.query('analyze invitations, assessments');
  await client.end();
}
