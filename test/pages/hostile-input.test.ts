import { load, type CheerioAPI } from 'cheerio';
import { Client } from 'pg';
import type request from 'supertest';
import { testPassword } from '../support/app.js';
import { startBookings, type BookingsTest } from '../support/bookings.js';

const planted = `"'><img src=x onerror=alert(1)><script>alert(2)</script>[x](javascript:alert(3))`;
const mostPages = 250;
/** Leads out of the session, or asks for what no sentence is. */
const leftAlone = /^\/sign-out|\/sessions\/|\/account\/organization$/;
/** Columns whose words are ours, or that name something: nobody types them. */
const ours =
  /(^|_)(id|ids|hash|token|state|kind|type|role|scope|zone|status|url|key|code|secret|provider|slug|ref|sealed|cause|uid|path|color|action|name_key|problem|connection|fingerprint|four|by|transport|outcome|holder|issuer|subject_type|who_kind)$/;

type Browser = ReturnType<typeof request.agent>;

const tenMegabytes = 'x'.repeat(10 * 1024 * 1024);
const nameOfOrganization = { name: 'Acme Research', timeZone: 'Europe/Berlin', brandColor: '' };

describe('hostile input:', () => {
  let test: BookingsTest;
  /** What is sent to Postgres. */
  let statements: jest.Mock;

  beforeAll(async () => {
    test = await startBookings();
    statements = jest.spyOn(Client.prototype, 'query') as unknown as jest.Mock;
    await bookAndMail();
  });
  afterAll(async () => {
    jest.restoreAllMocks();
    await test.stop();
  });

  it.each([
    'https://evil.example/app/scheduling',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    '/app/..//evil.example',
    '/app/%0d%0aLocation:%20https://evil.example',
    '/app/x\r\nLocation: https://evil.example',
    'javascript:alert(1)',
    ' https://evil.example',
    'app.evil.example',
    '@evil.example',
    '/app@evil.example',
  ])('a sign-in that is to lead to %j leads to a page of ours', async (next) => {
    const { email } = test.ben;
    const form = { email, password: testPassword, next };
    const { headers } = await test.visitor().post('/sign-in').type('form').send(form).expect(303);
    const { origin, pathname } = new URL(headers['location']!, test.settings.publicUrl);
    expect(origin).toBe(test.settings.publicUrl);
    expect(pathname).toMatch(/^\/(app\/|\/?evil)/);
  });

  it('fields that no form has change nothing', async () => {
    const { agent, actor } = test.asha;
    const strange = {
      orgId: test.globex.orgId,
      org_id: test.globex.orgId,
      id: test.globex.orgId,
      slug: 'evil',
      role: 'admin',
    };
    const before = await globex();
    await agent
      .post('/app/settings/organization')
      .type('form')
      .send({ ...nameOfOrganization, ...strange })
      .expect(303);
    const [acme] = await test.db.query<object[]>('select name, slug from orgs where id = $1', [actor.orgId]);
    expect(acme).toEqual({ name: nameOfOrganization.name, slug: 'acme' });
    const password = { currentPassword: testPassword, newPassword: 'another battery, another staple' };
    await test.ben.agent
      .post('/app/account/password')
      .type('form')
      .send({ ...password, ...strange, userId: test.cleo.actor.userId, passwordHash: '', disabledAt: '' })
      .expect(303);
    expect(await globex()).toEqual(before);
    expect(await test.db.query('select role from memberships where user_id = $1', [test.ben.actor.userId])).toEqual([
      { role: 'viewer' },
    ]);
    const [one] = await test.candidates(1);
    const body = { invitation_ids: [one!.invitationId], org_id: test.globex.orgId };
    await test.dana.agent.post('/api/admin/scheduling/send-emails').send(body).expect(422);
  });

  it.each([
    [
      'a form',
      'application/x-www-form-urlencoded',
      '__proto__[polluted]=1&constructor[prototype][polluted]=1&name[__proto__][polluted]=1&revision[toString]=1',
    ],
    [
      'JSON',
      'application/json',
      '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},"invitation_ids":[],"revision":{"toString":1}}',
    ],
  ])('names of prototypes in %s reach none', async (_, type, body) => {
    for (const path of [
      '/sign-in',
      '/app/settings/organization',
      '/app/settings/templates/scheduling_invitation',
      '/app/scheduling/sends',
      '/api/admin/scheduling/send-emails',
    ]) {
      const { status } = await test.asha.agent.post(path).set('Content-Type', type).send(body);
      expect([path, status < 500]).toEqual([path, true]);
    }
    expect('polluted' in {}).toBe(false);
  });

  it.each([
    ['a form', 'application/x-www-form-urlencoded', `name=${tenMegabytes}`],
    ['JSON', 'application/json', JSON.stringify({ name: tenMegabytes })],
  ])('ten megabytes of %s are refused, and nothing says how', async (_, type, body) => {
    for (const [path, agent] of [
      ['/sign-in', test.visitor()],
      ['/app/settings/organization', test.asha.agent],
    ] as const) {
      const answer = await agent.post(path).set('Content-Type', type).send(body).expect(413);
      expect(answer.text).not.toMatch(/\bat \w+.*:\d+|node_modules|PayloadTooLarge/);
    }
  });

  describe('a planted script', () => {
    let columns: string[];
    let pages: Page[];

    beforeAll(async () => {
      columns = await plantEverywhere();
      pages = await crawl();
    });

    it('would be found', () => {
      expect(live(pageOf('/', `<p>${planted}</p><a href=" javascript:alert(4)">x</a>`))).toHaveLength(3);
    });

    it('is text on every page, when it comes from the database', () => {
      const typed = ['assessments.title', 'invitations.name', 'orgs.name', 'users.name', 'cal_com_bookings.title'];
      expect(columns).toEqual(expect.arrayContaining(typed));
      expect(pages.length).toBeGreaterThan(40);
      expect(pages.filter(({ text }) => text.includes('alert(2)')).length).toBeGreaterThan(15);
      expect(pages.flatMap(live)).toEqual([]);
    });

    it('is text wherever it is typed, and wherever that is shown afterwards', async () => {
      const forms = pages.flatMap(formsOf).filter(once((form) => pattern(form.action)));
      const answers: Page[] = [];
      for (const { action, fields } of forms) {
        const answer = await test.asha.agent.post(action).type('form').send(fields);
        expect([action, answer.status < 500]).toEqual([action, true]);
        answers.push(pageOf(action, answer.text));
      }
      expect(forms.length).toBeGreaterThan(10);
      expect(answers.filter(({ text }) => text.includes('alert(2)')).length).toBeGreaterThan(5);
      expect([...answers, ...(await crawl())].flatMap(live)).toEqual([]);
    });

    it('is never a part of a statement, whatever it is typed into or asks for', async () => {
      const asked = pages.flatMap(({ path, $ }) =>
        namesAskedBy($).map((name) => ({ path: path.split('?')[0]!, name })),
      );
      for (const { path, name } of asked.filter(once(({ path: page, name: one }) => `${pattern(page)} ${one}`))) {
        const { status } = await test.asha.agent.get(`${path}?${new URLSearchParams({ [name]: planted })}`);
        expect([path, name, status < 500]).toEqual([path, name, true]);
      }
      const api = '/api/admin/scheduling/candidates';
      await test.asha.agent.get(`${api}?${new URLSearchParams({ q: planted })}`).expect(200);
      const sent = statements.mock.calls.map(([query, values]) => {
        const { text = query, values: own = values } = query as { text?: unknown; values?: unknown };
        return { text: String(text), values: JSON.stringify(own ?? []) };
      });
      expect(asked.map(({ name }) => name)).toEqual(expect.arrayContaining(['q', 'status', 'cursor']));
      expect(sent.filter(({ values }) => values.includes('alert(2)')).length).toBeGreaterThan(50);
      expect(sent.map(({ text }) => text).filter((text) => text.includes('alert(2)'))).toEqual([]);
    });
  });

  const globex = () =>
    test.db.query<object[]>(
      `select to_jsonb(o) org, (select jsonb_agg(to_jsonb(u) - 'last_seen_at') from users u join memberships m on m.user_id = u.id
          where m.org_id = o.id) people from orgs o where o.id = $1`,
      [test.globex.orgId],
    );

  /** One who has booked, one whose mail has gone, a draft, and one who asks for other times. */
  async function bookAndMail(): Promise<void> {
    await test.dana.agent.get('/app/scheduling').expect(200);
    const [booked, mailed, drafted] = await test.candidates(3);
    const booking = await test.bookOnPage(booked!);
    await test.hint(booking.uid, 'BOOKING_CREATED');
    const draft = async ({ invitationId }: { invitationId: string }) => {
      const form = { invitation_ids: [invitationId], event_type_id: '1' };
      return (await test.dana.agent.post('/app/scheduling/sends').type('form').send(form).expect(303)).headers[
        'location'
      ]!;
    };
    await test.dana.agent
      .post(`${await draft(mailed!)}/dispatch`)
      .type('form')
      .send({ revision: '1' })
      .expect(303);
    await draft(drafted!);
    await test.db.query(
      `insert into candidate_requests (org_id, invitation_id, booking_link_id, kind, time_zone, note)
       select org_id, invitation_id, id, 'times', 'Europe/Berlin', 'In the morning' from booking_links where invitation_id = $1`,
      [drafted!.invitationId],
    );
    await test.db.query(
      `insert into suppressions (org_id, address, cause) values ($1, 'gone@people.example', 'bounce')`,
      [test.acme.orgId],
    );
  }

  /** Into every column of text that takes it. Answers which did. */
  async function plantEverywhere(): Promise<string[]> {
    const columns = await test.db.query<{ table: string; column: string }[]>(
      `select table_name "table", column_name "column" from information_schema.columns
        where table_schema = 'public' and data_type = 'text'
          and table_name not in ('sessions', 'rate_limits', 'email_batches', 'activity')`,
    );
    const taken: string[] = [];
    for (const { table, column } of columns.filter((one) => !ours.test(one.column))) {
      const change = `update "${table}" set "${column}" = coalesce("${column}", '') || $1`;
      const fits = await test.db.query(change, [planted]).then(
        () => true,
        () => false,
      );
      if (fits) taken.push(`${table}.${column}`);
    }
    return taken;
  }

  /** Every page and frame that a link leads an admin to, one of each kind, and those of the candidates. */
  async function crawl(): Promise<Page[]> {
    const links = await test.db.query<{ token: string }[]>('select token from booking_links');
    const waiting = ['/app/scheduling', ...links.map(({ token }) => `/i/${token}`)];
    const isNew = once(pattern);
    const pages: Page[] = [];
    for (let path = waiting.shift(); path && pages.length < mostPages; path = waiting.shift()) {
      if (!path.startsWith('/i/') && !isNew(path)) continue;
      const browser: Browser = test.asha.agent;
      const answer = await browser.get(path);
      expect([path, answer.status < 500]).toEqual([path, true]);
      if (answer.type !== 'text/html') continue;
      const page = pageOf(path, answer.text);
      pages.push(page);
      waiting.push(...page.linked);
    }
    return pages;
  }
});

interface Page {
  readonly path: string;
  readonly text: string;
  readonly $: CheerioAPI;
  readonly linked: readonly string[];
}

interface TypedForm {
  readonly action: string;
  readonly fields: Readonly<Record<string, string>>;
}

function pageOf(path: string, text: string): Page {
  const $ = load(text);
  const targets = [...$('a[href]')]
    .map((a) => $(a).attr('href')!)
    .concat([...$('iframe[src]')].map((frame) => $(frame).attr('src')!));
  const here = new URL(path, 'http://here.example');
  const linked = targets
    .map((target) => new URL(target, here))
    .filter(({ origin }) => origin === here.origin)
    .map(({ pathname, search }) => pathname + search);
  return { path, text, $, linked };
}

/** What of it a browser would run. */
function live({ path, $ }: Page): string[] {
  const handlers = [...$('*')].filter((element) =>
    Object.keys('attribs' in element ? element.attribs : {}).some((name) => /^on/i.test(name)),
  );
  const scripts = [...$('script')].filter((script) => $(script).text().includes('alert('));
  const links = [...$('[href], [src], [action]')].filter((element) =>
    ['href', 'src', 'action'].some((name) => /^\s*javascript:/i.test($(element).attr(name) ?? '')),
  );
  const inFrames = [...$('iframe[srcdoc]')].flatMap((frame) =>
    live(pageOf(`${path} (frame)`, $(frame).attr('srcdoc')!)),
  );
  return [...handlers, ...scripts, ...links]
    .map((element) => `${path}: ${$.html(element).slice(0, 200)}`)
    .concat(inFrames);
}

/** The forms of a page in which something can be typed, with that typed. */
function formsOf({ path, $ }: Page): TypedForm[] {
  return [...$('form[method="post" i]')].flatMap((form) => {
    const typed = [
      ...$(form).find('textarea, input:not([type]), input[type="text"], input[type="email"], input[type="search"]'),
    ];
    const action = $(form).attr('action') ?? path;
    if (typed.length === 0 || leftAlone.test(action)) return [];
    const fields = Object.fromEntries(
      $(form)
        .serializeArray()
        .map(({ name, value }) => [name, value]),
    );
    for (const field of typed) fields[$(field).attr('name')!] = planted;
    return [{ action, fields }];
  });
}

/** What a page may be asked for in its address, by its own forms and links. */
function namesAskedBy($: CheerioAPI): string[] {
  const fields = [...$('form:not([method="post" i]) [name]')].map((field) => $(field).attr('name')!);
  const inLinks = [...$('a[href^="?"], a[href*="/app/"][href*="?"]')].flatMap((link) => [
    ...new URL($(link).attr('href')!, 'http://here.example').searchParams.keys(),
  ]);
  return [...new Set([...fields, ...inLinks])];
}

/** Ids and tokens left out: one page of each kind. */
function pattern(path: string): string {
  return path.replace(/[\da-f]{8}-[\da-f-]{27}|\/i\/[\w-]{22}/g, ':id').replace(/(cursor|before|after)=[^&]*/g, '$1');
}

function once<Value>(keyOf: (value: Value) => string): (value: Value) => boolean {
  const seen = new Set<string>();
  return (value) => seen.size < seen.add(keyOf(value)).size;
}
