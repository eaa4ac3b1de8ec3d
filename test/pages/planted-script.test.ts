import { load, type CheerioAPI } from 'cheerio';
import type request from 'supertest';
import { startBookings, type BookingsTest } from '../support/bookings.js';

const planted = `"'><img src=x onerror=alert(1)><script>alert(2)</script>[x](javascript:alert(3))`;
const mostPages = 250;
/** Leads out of the session, or asks for what no sentence is. */
const leftAlone = /^\/sign-out|\/sessions\/|\/account\/organization$/;
/** Columns whose words are ours, or that name something: nobody types them. */
const ours =
  /(^|_)(id|ids|hash|token|state|kind|type|role|scope|zone|status|url|key|code|secret|provider|slug|ref|sealed|cause|uid|path|color|action|name_key|problem|connection|fingerprint|four|by|transport|outcome|holder|issuer|subject_type|who_kind)$/;

type Browser = ReturnType<typeof request.agent>;

describe('a script that somebody planted', () => {
  let test: BookingsTest;

  let columns: string[];
  let pages: Page[];

  beforeAll(async () => {
    test = await startBookings();
    await bookAndMail();
    columns = await plantEverywhere();
    pages = await crawl();
  }, 60_000);
  afterAll(() => test.stop());

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
  }, 60_000);

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

/** Ids and tokens left out: one page of each kind. */
function pattern(path: string): string {
  return path.replace(/[\da-f]{8}-[\da-f-]{27}|\/i\/[\w-]{22}/g, ':id').replace(/(cursor|before|after)=[^&]*/g, '$1');
}

function once<Value>(keyOf: (value: Value) => string): (value: Value) => boolean {
  const seen = new Set<string>();
  return (value) => seen.size < seen.add(keyOf(value)).size;
}
