import { setTimeout as pause } from 'node:timers/promises';
import { Client } from 'pg';
import { startSandbox, type Sandbox } from '../../src/sandbox/sandbox.js';
import { BuiltApp, productionEnvironment, type Environment } from '../support/built-app.js';
import { createTestDatabase, type TestDatabase } from '../support/database.js';
import { DraftTab } from '../support/draft-tab.js';
import { ResendServer, type SentMail } from '../support/resend-server.js';
import { until } from '../support/until.js';

/** `npm run test:races` makes it 1,000. */
const { races = 100 } = globalThis as { readonly races?: number };
const peoplePerRace = 2;
const lanes = 6;
const raceMs = 240_000;
const settleMs = 60_000;
const leastStepMs = 4;
/** Each step answers races of some time ago: greater ones would swing ever further, up to minutes. */
const mostStepMs = 32;

/**
 * Lets the one who won wait a little longer the next time, so that the two come in close together; the more, the more
 * often it has won in a row.
 */
class Handicap {
  private ms = 0;
  private stepMs = leastStepMs;
  private last: 'first' | 'second' | null = null;
  readonly wins = { first: 0, second: 0 };

  async first(): Promise<void> {
    await pause(Math.max(0, this.ms));
  }

  async second(): Promise<void> {
    await pause(Math.max(0, -this.ms));
  }

  won(by: 'first' | 'second'): void {
    this.wins[by] += 1;
    this.stepMs = by === this.last ? Math.min(this.stepMs * 1.5, mostStepMs) : leastStepMs;
    this.last = by;
    this.ms += by === 'first' ? this.stepMs : -this.stepMs;
  }
}

describe('races', () => {
  let database: TestDatabase;
  let db: Client;
  let sandbox: Sandbox;
  let resend: ResendServer;
  let replicas: readonly BuiltApp[] = [];
  /** One tab on each replica. */
  let asha: DraftTab[];
  let dana: DraftTab[];
  let people: { id: string; email: string }[];
  /** The subjects that each address may get, as whoever pressed Send saw them. */
  const seen = new Map<string, string[]>();
  const drafts = new Handicap();
  const edits = new Handicap();

  beforeAll(async () => {
    database = await createTestDatabase();
    db = new Client({ connectionString: database.url });
    await db.connect();
    sandbox = await startSandbox();
    resend = await ResendServer.start();
    const calCom = { calComUrl: sandbox.apiUrl, calComKey: sandbox.apiKey };
    const environment: Environment = {
      ...productionEnvironment({ databaseUrl: database.url, resendUrl: resend.url, ...calCom }),
      PUBLIC_URL: 'http://interviews.acme.example',
      LOG_LEVEL: 'error',
    };
    resend.apiKeys = [environment['RESEND_API_KEY']!];
    replicas = await Promise.all([BuiltApp.start(environment), BuiltApp.start(environment)]);
    await addColleague(environment);
    people = await addPeople();
    const urls = replicas.map(({ url }) => url);
    asha = await DraftTab.signIn(urls, environment['ADMIN_EMAIL']!, environment['ADMIN_PASSWORD']!);
    dana = await DraftTab.signIn(urls, 'dana@acme.example', environment['ADMIN_PASSWORD']!);
    await asha[0]!.look('/app/scheduling');
  });

  afterAll(async () => {
    await Promise.all(replicas.map((app) => app.stop()));
    await resend?.stop();
    await sandbox?.stop();
    await db?.end();
    await database?.drop();
  });

  const kinds: Record<string, (race: number, ids: readonly string[]) => Promise<string[]>> = {
    'a double click': async (_, ids) => {
      const [tab] = asha as [DraftTab];
      const draft = await tab.open(await tab.begin(ids));
      await Promise.all([tab.dispatch(draft), tab.dispatch(draft)]);
      return [draft.subject];
    },
    'two tabs on two replicas': async (_, ids) => {
      const [one, other] = asha as [DraftTab, DraftTab];
      const path = await one.begin(ids);
      const [draft, same] = [await one.open(path), await other.open(path)];
      await Promise.all([one.dispatch(draft), other.dispatch(same)]);
      return [draft.subject];
    },
    'two people on two replicas': async (_, ids) => {
      const [hers, his] = [asha[0]!, dana[1]!];
      const path = await hers.begin(ids);
      const [draft, same] = [await hers.open(path), await his.open(path)];
      await Promise.all([hers.dispatch(draft), his.dispatch(same)]);
      return [draft.subject];
    },
    'two drafts over the same people': async (race, ids) => {
      const [hers, his] = [asha[0]!, dana[1]!];
      const draft = await hers.open(await hers.begin(ids));
      const path = await his.begin(ids.toReversed());
      await his.rewrite(await his.open(path), `Race ${race}, the other draft`);
      const other = await his.open(path);
      await Promise.all([
        drafts.first().then(() => hers.dispatch(draft)),
        drafts.second().then(() => his.dispatch(other)),
      ]);
      drafts.won((await dispatchedFirst(draft.path, other.path)) === draft.path ? 'first' : 'second');
      return [draft.subject, other.subject];
    },
    'a colleague’s edit in between': async (race, ids) => {
      const [hers, his] = [asha[0]!, dana[1]!];
      const draft = await hers.open(await hers.begin(ids));
      const [wasTaken] = await Promise.all([
        edits.first().then(() => hers.dispatch(draft)),
        edits.second().then(() => his.rewrite(draft, `Race ${race}, as edited`)),
      ]);
      edits.won(wasTaken ? 'first' : 'second');
      if (wasTaken) {
        return [draft.subject];
      }
      const again = await hers.open(draft.path);
      await hers.dispatch(again);
      return [again.subject];
    },
  };
  const perKind = races / Object.keys(kinds).length;

  it.each(Object.entries(kinds))(
    '%s: each person gets exactly one mail, with the text that whoever sent it had seen',
    async (_, run) => {
      const sentBefore = resend.sent.length;
      const group = people.splice(0, perKind * peoplePerRace);
      const upcoming = Array.from({ length: perKind }, (_, race) => race).values();
      const inLane = async () => {
        for (const race of upcoming) {
          const racers = group.slice(race * peoplePerRace, (race + 1) * peoplePerRace);
          const subjects = await run(
            race,
            racers.map(({ id }) => id),
          );
          racers.forEach(({ email }) => seen.set(email, subjects));
        }
      };
      await Promise.all(Array.from({ length: lanes }, inLane));
      await settled();

      const sent = resend.sent.slice(sentBefore);
      const mails = Map.groupBy(sent, ({ to }) => to);
      const wrong = group.filter(({ email }) => {
        const got = mails.get(email) ?? [];
        return got.length !== 1 || !seen.get(email)!.includes(got[0]!.subject) || !isOfOnePiece(got[0]!);
      });
      expect(wrong.map(({ email }) => [email, seen.get(email), mails.get(email)])).toEqual([]);
      expect(sent).toHaveLength(group.length);
    },
    raceMs,
  );

  it('were close: now one side won and now the other', () => {
    for (const { first, second } of [drafts.wins, edits.wins]) {
      expect(Math.min(first, second)).toBeGreaterThan(perKind / 20);
    }
  });

  /** Another admin, with the same password. */
  async function addColleague(environment: Environment): Promise<void> {
    await db.query(
      `with colleague as (
         insert into users (name, email, password_hash)
         select 'Dana Ruiz', 'dana@acme.example', password_hash from users where email = $1 returning id)
       insert into memberships (org_id, user_id, role) select orgs.id, colleague.id, 'admin' from orgs, colleague`,
      [environment['ADMIN_EMAIL']],
    );
  }

  async function addPeople(): Promise<{ id: string; email: string }[]> {
    const { rows } = await db.query<{ id: string; email: string }>(
      `with logic as (insert into assessments (org_id, title) select id, 'Races' from orgs returning org_id, id)
       insert into invitations (org_id, assessment_id, name, email, status)
       select org_id, id, 'Racer ' || n, 'racer-' || n || '@people.example', 'submitted'
         from logic, generate_series(1, $1::int) n
       returning id, email`,
      [races * peoplePerRace],
    );
    return rows;
  }

  async function dispatchedFirst(...paths: string[]): Promise<string | undefined> {
    const { rows } = await db.query<{ path: string }>(
      `select path from unnest($1::text[]) path join sends on sends.id::text = split_part(path, '/', 4)
        order by dispatched_at limit 1`,
      [paths],
    );
    return rows[0]?.path;
  }

  async function settled(): Promise<void> {
    const underWay = `select count(*)::int count from emails where state in ('queued', 'sending')`;
    await until(
      async () => (await db.query<{ count: number }>(underWay)).rows[0]!.count,
      (count) => count === 0,
      settleMs,
    );
  }
});

/** Subject and message are of the same revision. */
function isOfOnePiece({ subject, text }: SentMail): boolean {
  return subject.startsWith('Race ') ? text.includes(subject) : !text.includes('Race ');
}
