import type { Express } from 'express';
import { Agent, request } from 'node:http';
import { AccountsService } from '../../src/accounts/accounts.service.js';
import { ApiTokensService } from '../../src/accounts/api-tokens.service.js';
import type { ApiTokenScope } from '../../src/accounts/api-token.entity.js';
import type { Actor } from '../../src/shared/actor.js';
import { testPassword } from '../support/app.js';
import { startBookings, type BookingsTest } from '../support/bookings.js';
import { turnOnFactor } from '../support/second-factor.js';
import { until } from '../support/until.js';
import { accessTable, type Access, type Caller, type Thing } from './access-table.js';

/** `waiting`: an admin whose password has fitted, and whose code is still missing. */
type Person = 'nobody' | 'waiting' | 'viewer' | 'scheduler' | 'admin' | 'stranger';

interface Answer {
  readonly status: number;
  readonly location: string;
}

const strength: readonly Caller[] = ['public', 'viewer', 'scheduler', 'admin'];
const emails = {
  viewer: 'ben@acme.example',
  scheduler: 'dana@acme.example',
  admin: 'asha@acme.example',
  stranger: 'cleo@globex.example',
};
const sessionCookie = /interlude\.sid=[^;]*/;
/** Where Nest answers what no controller has. */
const everyPath = '{/*splat}';
const unknown = '00000000-0000-4000-8000-000000000000';
/** Programs: whom each may act as. */
const programs = {
  'a token that reads': 'viewer',
  'a token that sends': 'scheduler',
  'a token that manages': 'admin',
  'a revoked token': 'nobody',
  'a token of another organization': 'stranger',
} as const satisfies Readonly<Record<string, Person>>;
type Program = keyof typeof programs;
const guarded = Object.entries(accessTable).filter(([, access]) => access.for !== 'public');
/** Open to programs too; `/api/docs` is a page for people. */
const apiRoutes = guarded.filter(([route]) => / \/api\/(?!docs$)/.test(route));

/** Other ways to write an address that a router, a proxy or a guard might read differently. */
const disguises: Readonly<Record<string, (path: string) => string>> = {
  'an escaped letter': (path) => path.replace('/a', '/%61'),
  'two slashes': (path) => `/${path}`,
  'a slash at the end': (path) => `${path}/`,
  'a parameter of the path': (path) => `${path};x=1`,
  'dots before it': (path) => `/healthz/..${path}`,
  'escaped dots before it': (path) => `/healthz/%2e%2e${path}`,
  'a dot in it': (path) => `/.${path}`,
  'an escaped slash': (path) => path.replace(/\/([^/]*)$/, '%2f$1'),
  capitals: (path) => path.toUpperCase(),
  'a whole address': (path) => `http://interviews.acme.example${path}`,
  'an empty query': (path) => `${path}?`,
  'another method in the query': (path) => `${path}?_method=GET`,
  'a byte of nothing': (path) => `${path}%00`,
};

/** Tables that a look at a page may change: they follow from the others. */
const keptByReading = [
  'sessions',
  'rate_limits',
  'stale_candidates',
  'candidate_states',
  'candidate_counts',
  'choosing_counts',
];

describe('who may what', () => {
  const connections = new Agent({ keepAlive: true });
  let test: BookingsTest;
  const cookies = new Map<Person, string>();
  const tokens = new Map<Program, string>();
  let things: Readonly<Record<Thing, string>>;

  beforeAll(async () => {
    test = await startBookings({ UNDO_WINDOW_SECONDS: '0' });
    for (const [person, email] of Object.entries(emails)) {
      cookies.set(person as Person, await signIn(email));
    }
    cookies.set('waiting', await signInHalfway());
    things = await prepare();
    await makeTokens();
  });

  afterAll(async () => {
    connections.destroy();
    await test?.stop();
  });

  it('is written down for every route', () => {
    const { router } = test.app.getHttpAdapter().getInstance() as Express;
    const routes = router.stack.flatMap(({ route }) =>
      route && route.path !== everyPath ? route.stack.map(({ method }) => `${method.toUpperCase()} ${route.path}`) : [],
    );
    expect(Object.keys(accessTable).toSorted()).toEqual([...new Set(routes)].toSorted());
  });

  describe('changes nothing where it is refused:', () => {
    let before: Record<string, string>;

    beforeAll(async () => {
      // Some pages keep what they are the first to read.
      for (const [route, access] of guarded.filter(([one]) => sharesPage(one))) {
        await send('admin', 'GET', filled(route.split(' ')[1]!, access));
      }
      before = await everything();
    });

    it.each(guarded)('%s', async (route, access) => {
      for (const person of ['nobody', 'waiting'] as const) {
        expect({ person, ...(await call(person, route)) }).toEqual({ person, ...signInNeeded(route) });
      }
      for (const person of ['viewer', 'scheduler'] as const) {
        if (strength.indexOf(person) < strength.indexOf(access.for)) {
          expect({ person, ...(await call(person, route)) }).toEqual({ person, status: 403, location: '' });
        }
      }
      if (access.of) {
        expect(await call('stranger', route)).toEqual({ status: 404, location: '' });
        expect(await call('admin', route, { id: unknown })).toEqual({ status: 404, location: '' });
      }
    });

    it.each(apiRoutes)('%s with a token', async (route, access) => {
      for (const [program, person] of entriesOf(programs)) {
        const status = refusalOf(person, access);
        if (status) {
          expect({ program, ...(await call(program, route)) }).toEqual({ program, status, location: '' });
        }
      }
    });

    it('any page with a token', async () => {
      const open: unknown[] = [];
      for (const [route] of guarded.filter((entry) => !apiRoutes.includes(entry))) {
        for (const program of tokens.keys()) {
          const answer = await call(program, route);
          if (answer.status !== 303 || !answer.location.startsWith('/sign-in')) {
            open.push({ program, route, ...answer });
          }
        }
      }
      expect(open).toEqual([]);
    });

    it.each(guarded.filter(([route]) => !route.startsWith('GET')))('%s from another site', async (route) => {
      expect((await call('admin', route, { origin: 'https://evil.example' })).status).toBe(403);
      expect((await call('admin', route, { origin: 'null' })).status).toBe(403);
      expect((await call('admin', route, { origin: null })).status).toBe(403);
    });

    it.each(Object.entries(disguises))('any address with %s', async (_, disguise) => {
      const open: unknown[] = [];
      for (const [route, access] of guarded) {
        const [method = '', path = ''] = route.split(' ');
        for (const person of new Set(['nobody', tooWeak(access)] as const)) {
          const answer = await send(person, method, disguise(filled(path, access)));
          if (!isRefusal(answer)) {
            open.push({ person, route, ...answer });
          }
        }
      }
      expect(open).toEqual([]);
    });

    it.each(['HEAD', 'OPTIONS', 'PUT', 'PATCH', 'DELETE', 'PROPFIND'])('any address by %s', async (method) => {
      const open: unknown[] = [];
      for (const [route, access] of guarded) {
        for (const person of ['nobody', 'waiting'] as const) {
          const answer = await send(person, method, filled(route.split(' ')[1]!, access));
          if (!isRefusal(answer)) {
            open.push({ person, route, ...answer });
          }
        }
      }
      expect(open).toEqual([]);
    });

    it.each(['GET', 'HEAD'])(
      'a change that is asked for by %s, from another site and with another method in it',
      async (method) => {
        const failed: unknown[] = [];
        for (const [route, access] of guarded.filter(([one]) => !one.startsWith('GET'))) {
          const [named = '', path = ''] = route.split(' ');
          const headers = { origin: 'https://evil.example', 'X-HTTP-Method-Override': named, 'X-HTTP-Method': named };
          const answer = await send('admin', method, `${filled(path, access)}?_method=${named}`, { headers });
          if (![200, 303, 404].includes(answer.status)) {
            failed.push({ route, ...answer });
          }
        }
        expect(failed).toEqual([]);
      },
    );

    it('a change that calls itself a read, or a read that calls itself a change', async () => {
      const override = { 'X-HTTP-Method-Override': 'DELETE', 'X-Method-Override': 'DELETE', 'X-HTTP-Method': 'DELETE' };
      const path = `/api/admin/scheduling/cal-com/bookings/${things.calBooking}`;
      expect((await send('admin', 'GET', path, { headers: override })).status).toBe(200);
      expect((await send('admin', 'POST', path, { headers: override })).status).toBe(404);
      expect((await send('admin', 'GET', `${path}?_method=DELETE`)).status).toBe(200);
    });

    afterAll(async () => {
      expect(await everything()).toEqual(before);
    });
  });

  it.each(guarded)('%s is open to whom it is for', async (route, access) => {
    for (const person of ['viewer', 'scheduler', 'admin'] as const) {
      if (strength.indexOf(person) >= strength.indexOf(access.for)) {
        const answer = await call(person, route);
        expect({ person, ...answer, isOpen: access.asksMore ? answer.status === 404 : isOpen(answer) }).toEqual({
          person,
          ...answer,
          isOpen: true,
        });
      }
    }
  });

  it.each(apiRoutes)('%s is open to a token that may', async (route, access) => {
    for (const [program, person] of entriesOf(programs)) {
      if (!refusalOf(person, access)) {
        const answer = await call(program, route);
        expect({ program, ...answer, isOpen: isOpen(answer) }).toEqual({ program, ...answer, isOpen: true });
      }
    }
  });

  it.each(Object.entries(accessTable).filter(([, access]) => access.for === 'public'))(
    '%s is open to nobody in particular',
    async (route) => {
      const { status, location } = await call('nobody', route);
      expect(status).toBeLessThan(500);
      expect(location).not.toContain('next=');
    },
  );

  async function makeTokens(): Promise<void> {
    const service = test.app.get(ApiTokensService);
    const make = async (actor: Actor, name: Program, scope: ApiTokenScope) => {
      tokens.set(name, (await service.make(actor, { name, scope, days: null }))!);
    };
    await make(test.acme, 'a token that reads', 'read');
    await make(test.acme, 'a token that sends', 'send');
    await make(test.acme, 'a token that manages', 'manage');
    await make(test.globex, 'a token of another organization', 'manage');
    await make(test.acme, 'a revoked token', 'manage');
    const [revoked] = await service.list(test.acme);
    await service.revoke(test.acme, revoked!.id);
  }

  /** One of each thing, all Acme's. */
  async function prepare(): Promise<Record<Thing, string>> {
    const { db, acme, dana, sandbox } = test;
    await dana.agent.get('/app/scheduling').expect(200);
    const people = await test.candidates(3);
    const [booked, mailed, drafted] = people.map(({ invitationId }) => invitationId) as [string, string, string];
    const calBooking = await test.bookOnPage(people[0]!);
    await test.hint(calBooking.uid, 'BOOKING_CREATED');
    const draft = async (invitationId: string) => {
      const form = { invitation_ids: [invitationId], event_type_id: '1' };
      const { headers } = await dana.agent.post('/app/scheduling/sends').type('form').send(form).expect(303);
      return headers['location']!.split('/').at(-1)!;
    };
    const sendId = await draft(mailed);
    await dana.agent.post(`/app/sends/${sendId}/dispatch`).type('form').send({ revision: '1' });
    const one = async (sql: string, values: unknown[] = []) =>
      (await db.query<{ id: string }[]>(`${sql} returning id`, [acme.orgId, ...values]))[0]!.id;
    await until(
      () => db.query<unknown[]>(`select 1 from emails where state = 'accepted'`),
      (rows) => rows.length === 1,
    );
    await until(
      () => sandbox.state.webhooks,
      (webhooks) => webhooks.length === 1,
    );
    const [{ id: emailId }] = await db.query<[{ id: string }]>('select id from emails where send_id = $1', [sendId]);
    const [{ id: bookingId }] = await db.query<[{ id: string }]>('select id from cal_com_bookings');
    const [{ id: assessment }] = await db.query<[{ id: string }]>('select id from assessments limit 1');
    const [{ userId: member }] = await db.query<[{ userId: string }]>(
      `with person as (
         insert into users (name, email, password_hash) values ('Finn Roe', 'finn@acme.example', '') returning id)
       insert into memberships (org_id, user_id, role) select $1, id, 'viewer' from person returning user_id "userId"`,
      [acme.orgId],
    );
    return {
      member,
      memberInvite: await one(
        `insert into member_invites (org_id, address, role, token_hash, expires_at)
         values ($1, 'gus@acme.example', 'viewer', '', now() + interval '72 hours')`,
      ),
      apiToken: await one(
        `insert into api_tokens (org_id, name, scope, token_hash, last_four) values ($1, 'Unused', 'read', '', '')`,
      ),
      assessment,
      booking: bookingId,
      calBooking: calBooking.uid,
      draft: await draft(drafted),
      email: emailId,
      erasure: await one(`insert into erasures (org_id) values ($1)`),
      invitation: booked,
      send: sendId,
      assignment: await one(`insert into booking_assignments (org_id, event_type_id) values ($1, 1)`),
      bulkAction: await one(`insert into bulk_actions (org_id, kind) values ($1, 'cancel')`),
      note: await one(
        `insert into candidate_notes (org_id, invitation_id, user_id, text) select $1, $2, $3, 'Calm and clear.'`,
        [booked, dana.actor.userId],
      ),
      request: await one(
        `insert into candidate_requests (org_id, invitation_id, booking_link_id, kind, time_zone)
         select $1, l.invitation_id, l.id, 'times', 'Europe/Berlin' from booking_links l
          where l.invitation_id = $2`,
        [drafted],
      ),
      savedView: await one(
        `insert into saved_views (org_id, user_id, shared, name, words, search) select $1, null, false, 'Nobody sees it', '', ''`,
      ),
      suppression: await one(
        `insert into suppressions (org_id, address, cause) values ($1, 'gone@people.example', 'bounce')`,
      ),
    };
  }

  function filled(path: string, { of }: Access, id?: string): string {
    return path
      .replace(':invitationId', id ?? (of ? things.invitation : unknown))
      .replace(/:(id|booking_id|send_id)/, id ?? (of ? things[of] : unknown))
      .replace(':name', 'scheduling_invitation')
      .replace(':version', '1')
      .replace(':token', 'AAAAAAAAAAAAAAAAAAAAAA')
      .replace(':endpointId', 'AAAAAAAAAAAAAAAAAAAAAA')
      .replace(':color', '206bc4');
  }

  function call(
    person: Person | Program,
    route: string,
    options: { id?: string; origin?: string | null } = {},
  ): Promise<Answer> {
    const [method = '', path = ''] = route.split(' ');
    return send(person, method, filled(path, accessTable[route]!, options.id), options);
  }

  /** The bytes as they are: nothing tidies the address up. */
  function send(
    person: Person | Program,
    method: string,
    path: string,
    { origin = test.settings.publicUrl, headers = {} }: { origin?: string | null; headers?: object } = {},
  ): Promise<Answer> {
    const { hostname, port } = new URL(test.url);
    const cookie = cookies.get(person as Person);
    const token = tokens.get(person as Program);
    return new Promise((resolve, reject) => {
      const sent = request({
        agent: connections,
        host: hostname,
        port,
        method,
        path,
        headers: {
          ...headers,
          ...(cookie && { cookie }),
          ...(token && { authorization: `Bearer ${token}` }),
          ...(origin && !token && !['GET', 'HEAD'].includes(method) && { origin }),
          'content-length': 0,
        },
      });
      sent.once('error', reject).once('response', (answer) => {
        answer.resume();
        keepRenewed(person as Person, answer.headers['set-cookie']);
        answer.once('end', () => resolve({ status: answer.statusCode!, location: answer.headers.location ?? '' }));
      });
      sent.end();
    });
  }

  /** Some changes give the session another id. */
  function keepRenewed(person: Person, sent: readonly string[] = []): void {
    const renewed = sent.map((line) => line.split(';')[0]!).find((cookie) => sessionCookie.test(cookie));
    const kept = cookies.get(person);
    if (kept && renewed) {
      cookies.set(person, kept.replace(sessionCookie, renewed));
    }
  }

  async function signInHalfway(): Promise<string> {
    const { app, db, acme } = test;
    const eve = { name: 'Eve Half', email: 'eve@acme.example', password: testPassword };
    const { id: userId } = await app.get(AccountsService).addMember(db.manager, acme.orgId, eve, 'admin');
    await turnOnFactor(test, { actor: { ...acme, userId } });
    return signIn(eve.email);
  }

  async function signIn(email: string): Promise<string> {
    const answer = await fetch(`${test.url}/sign-in`, {
      method: 'POST',
      redirect: 'manual',
      headers: { origin: test.settings.publicUrl },
      body: new URLSearchParams({ email, password: testPassword }),
    });
    return answer.headers
      .getSetCookie()
      .map((line) => line.split(';')[0])
      .join('; ');
  }

  /** What stands in each table, but for who is signed in, who tried what, was refused, and when somebody or a token was there. */
  async function everything(): Promise<Record<string, string>> {
    const tables = await test.db.query<{ name: string }[]>(
      `select tablename name from pg_tables where schemaname = 'public' and tablename <> all ($1) order by 1`,
      [keptByReading],
    );
    const digests: Record<string, string> = {};
    for (const { name } of tables) {
      const [{ digest }] = await test.db.query<[{ digest: string }]>(
        `select coalesce(string_agg(digest, ' ' order by digest), '') digest
           from (select md5((to_jsonb(t) - 'last_used_at' - 'last_seen_at')::text) digest from "${name}" t
                  where to_jsonb(t) ->> 'action' is distinct from 'access.denied') rows`,
      );
      digests[name] = digest;
    }
    return digests;
  }
});

function signInNeeded(route: string): Answer {
  const [method = '', path = ''] = route.split(' ');
  if (path.startsWith('/api/') && path !== '/api/docs') {
    return { status: 401, location: '' };
  }
  return { status: 303, location: method === 'GET' ? expect.stringMatching(/^\/sign-in\?next=/) : '/sign-in' };
}

/** What the person is answered, or null where the route is theirs. */
function refusalOf(person: Person, access: Access): 401 | 403 | 404 | null {
  if (person === 'nobody' || person === 'waiting') {
    return 401;
  }
  if (person === 'stranger') {
    return access.of ? 404 : null;
  }
  return strength.indexOf(person) < strength.indexOf(access.for) ? 403 : null;
}

function entriesOf<Key extends string, Value>(record: Readonly<Record<Key, Value>>): [Key, Value][] {
  return Object.entries(record) as [Key, Value][];
}

/** A page at the address of a change. */
function sharesPage(route: string): boolean {
  return route.startsWith('GET') && route.replace('GET', 'POST') in accessTable;
}

function isRefusal({ status, location }: Answer): boolean {
  return (status >= 400 && status < 500 && status !== 422 && status !== 409) || location.startsWith('/sign-in');
}

/** Whoever comes closest to what the route asks for. */
function tooWeak(access: Access): Person {
  const closest = strength[strength.indexOf(access.for) - 1]!;
  return closest === 'public' ? 'nobody' : (closest as Person);
}

function isOpen(answer: Answer): boolean {
  return answer.status < 500 && !isRefusal(answer);
}
