import * as cheerio from 'cheerio';
import { startScheduling, type SchedulingTest } from '../../support/scheduling.js';

const filter = 'status=submitted';
const rowsOnAPage = 50;
const many = 120;

describe('all that match', () => {
  let test: SchedulingTest;

  beforeAll(async () => {
    test = await startScheduling();
    await test.db.query(
      `with a as (insert into assessments (org_id, title) values ($1, 'Logic') returning id)
       insert into invitations (org_id, assessment_id, name, email, status)
       select $1, a.id, 'Person ' || to_char(n, 'FM000'), 'p' || n || '@many.example', 'submitted'
         from a, generate_series(1, $2::int) n`,
      [test.acme.orgId, many],
    );
  });
  afterAll(() => test.stop());

  const open = async (path: string, agent = test.asha.agent) => cheerio.load((await agent.get(path).expect(200)).text);
  const post = (path: string, body: object, agent = test.asha.agent) =>
    agent.post(`/app/scheduling/${path}`).type('form').send(body);
  const eventType = async () => (await open('/app/scheduling'))('#event_type_id option').first().attr('value')!;
  const matching = { q: '@many.example', status: 'submitted' };
  /** Presses *Select all that match*; the address it leads to. */
  const select = async (body: object = matching, agent = test.asha.agent) =>
    (await post('selections', body, agent).expect(303)).headers['location']!;
  const bar = ($: cheerio.CheerioAPI) => $('section.action-bar strong').text();
  const notice = ($: cheerio.CheerioAPI) => $('.notice').text().replace(/\s+/g, ' ');
  const boxes = ($: cheerio.CheerioAPI) =>
    $('input[name="ticked[]"]')
      .get()
      .map((box) => $(box));
  /** What a browser would send of the form, with these boxes unticked, by the button if one is named. */
  const fieldsOf = ($: cheerio.CheerioAPI, unticked: readonly string[] = []) => ({
    ...Object.fromEntries(
      $('form#selection input[type=hidden]')
        .get()
        .map((field) => [$(field).attr('name')!, $(field).attr('value')!]),
    ),
    'ticked[]': boxes($)
      .filter((box) => box.is('[checked]:not([disabled])') && !unticked.includes(box.attr('aria-label')!))
      .map((box) => box.attr('value')!),
  });
  const turn = ($: cheerio.CheerioAPI, to: 'Next' | 'Previous', unticked: readonly string[] = []) => {
    const cursor = $(`button[name=cursor]:contains("${to}")`).attr('value')!;
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries({ ...fieldsOf($, unticked), cursor })) {
      for (const one of [value].flat()) {
        query.append(name, one);
      }
    }
    return open(`/app/scheduling?${query.toString()}`);
  };
  const namesIn = async (sendPath: string) =>
    (
      await test.db.query<{ name: string }[]>('select to_name name from emails where send_id = $1 order by position', [
        sendPath.split('/').at(-1),
      ])
    ).map(({ name }) => name);
  const person = (number: number) => `Person ${String(number).padStart(3, '0')}`;
  const everybody = (...but: readonly number[]) =>
    Array.from({ length: many }, (_, index) => index + 1)
      .filter((number) => !but.includes(number))
      .map(person);

  it('says how many candidates there are while none is selected', async () => {
    expect(bar(await open('/app/scheduling'))).toBe('180 candidates');
  });

  it('are ticked on every page, but for those unticked on any', async () => {
    const first = await open(await select());
    expect(bar(first)).toBe('120 selected of 180');
    expect(boxes(first).filter((box) => box.is('[checked]'))).toHaveLength(rowsOnAPage);
    const second = await turn(first, 'Next', [`Select ${person(2)}`]);
    expect(bar(second)).toBe('119 selected of 180');
    const third = await turn(second, 'Next', [`Select ${person(51)}`, `Select ${person(52)}`]);
    expect(bar(third)).toBe('117 selected of 180');
    const again = await turn(third, 'Previous');
    expect(
      boxes(again)
        .filter((box) => !box.is('[checked]'))
        .map((box) => box.attr('aria-label')),
    ).toEqual([`Select ${person(51)}`, `Select ${person(52)}`]);
    const form = { ...fieldsOf(again), event_type_id: await eventType() };
    const ticked = [...form['ticked[]'], boxes(again)[1]!.attr('value')!];
    const begun = await post('sends', { ...form, 'ticked[]': ticked }).expect(303);
    expect(await namesIn(begun.headers['location']!)).toEqual(everybody(2, 51));
  });

  it('are named by the form without one id of theirs', async () => {
    const $ = await open(await select());
    expect(JSON.stringify(fieldsOf($)).length).toBeLessThan(1_000);
    expect($('input[name="invitation_ids[]"]')).toHaveLength(0);
  });

  it('stay those who were seen: who comes later is not among them, and the page says so', async () => {
    const place = await select();
    const seen = await open(place);
    await test.db.query(
      `insert into invitations (org_id, assessment_id, name, email, status)
       select org_id, assessment_id, 'Person 000 late', 'late@many.example', 'submitted' from invitations
        where org_id = $1 and name = $2`,
      [test.acme.orgId, person(1)],
    );
    await test.db.query(`update invitations set status = 'reviewed' where org_id = $1 and name = any($2)`, [
      test.acme.orgId,
      [person(3), person(4)],
    ]);
    const form = { ...fieldsOf(seen, [`Select ${person(4)}`]), event_type_id: await eventType() };
    const begun = await post('sends', form).expect(303);
    expect(await namesIn(begun.headers['location']!)).toEqual(everybody(4));
    const said = notice(await open(begun.headers['location']!));
    expect(said).toContain('120 matched when you selected them; 2 have changed since.');
    expect(said).toContain('1 no longer matches and stays selected; 1 matches now and is not selected.');

    const now = await open(place);
    expect(notice(now)).toContain('120 matched when you selected them; 3 have changed since.');
    expect(now(`.notice a:contains("${person(3)}")`).attr('href')).toMatch(/^\/app\/candidates\//);
    const late = now('input[aria-label="Select Person 000 late"]');
    expect([late.is('[checked]'), late.is('[disabled]')]).toEqual([false, true]);
    expect(bar(now)).toBe('120 selected of 181');
  });

  it('are selected anew on demand, and who was left out stays out', async () => {
    const first = await open(await select());
    await test.db.query(`update invitations set status = 'reviewed' where org_id = $1 and name = $2`, [
      test.acme.orgId,
      person(5),
    ]);
    const again = await open(await select(fieldsOf(first, [`Select ${person(6)}`])));
    expect(notice(again)).not.toContain('changed since');
    const before = Number(/^\d+/.exec(bar(first))![0]);
    expect(bar(again)).toBe(`${before - 2} selected of 181`);
    const unticked = boxes(again).filter((box) => !box.is('[checked]'));
    expect(unticked.map((box) => box.attr('aria-label'))).toEqual([`Select ${person(6)}`]);
  });

  it('keep their exceptions in each tab by itself', async () => {
    const place = await select();
    const [mine, other] = [await open(place), await open(place)];
    await turn(other, 'Next', [`Select ${person(7)}`, `Select ${person(8)}`]);
    const form = { ...fieldsOf(mine, [`Select ${person(9)}`]), event_type_id: await eventType() };
    const begun = await post('sends', form).expect(303);
    const names = await namesIn(begun.headers['location']!);
    expect([names.includes(person(7)), names.includes(person(9))]).toEqual([true, false]);
  });

  it('get links, and stay selected with the same exceptions', async () => {
    const $ = await open(await select());
    const fresh = (await open('/app/scheduling'))('#event_type_id option').eq(1).attr('value')!;
    const form = { ...fieldsOf($, [`Select ${person(10)}`]), event_type_id: fresh };
    const made = await post('booking-links', form).expect(303);
    const after = await open(made.headers['location']!);
    expect(
      boxes(after)
        .filter((box) => !box.is('[checked]'))
        .map((box) => box.attr('aria-label')),
    ).toEqual([`Select ${person(10)}`]);
    const [row] = await test.db.query<{ names: string[] }[]>(
      `select array_agg(name order by name) names from invitations i where org_id = $1 and name like 'Person%'
          and status = 'submitted' and not exists (select 1 from booking_links l where l.invitation_id = i.id and l.event_type_id = $2)`,
      [test.acme.orgId, Number.parseInt(fresh, 10)],
    );
    expect(row!.names).toEqual([person(10)]);
    const asked = cheerio.load((await post('booking-links', { ...form, on_existing: 'replace' }).expect(422)).text);
    const count = Number(/^\d+/.exec(bar(after))![0]);
    expect(asked('main').text()).toContain(`${count} candidates of the ${count} selected have an open link`);
    expect(asked('input[name="invitation_ids[]"]')).toHaveLength(0);
    expect(asked('input[name=selection]')).toHaveLength(1);
  });

  it('are not a form’s any more after a day, nor ever another person’s', async () => {
    const place = await select();
    const form = { ...fieldsOf(await open(place)), event_type_id: await eventType() };
    const refused = async (agent = test.asha.agent) => {
      const answer = cheerio.load((await post('sends', form, agent).expect(422)).text);
      expect(answer('[role=alert]').text()).toContain('This selection is not kept any more. Select again.');
      expect(answer('input[name="invitation_ids[]"]:checked')).toHaveLength(0);
    };
    await refused(test.dana.agent);
    expect(notice(await open(place, test.dana.agent))).toContain('This selection is not kept any more.');
    await test.db.query(`update selections set created_at = now() - interval '1 day 1 minute'`);
    await refused();
    await select();
    expect(await test.db.query('select 1 from selections')).toHaveLength(1);
  });

  it.each([
    ['selection', 'x'],
    ['except', '1,'],
    ['shown', '-1'],
    ['ticked[]', 'x'],
  ])('are nobody where %s says %j', async (name, value) => {
    const $ = await open(await select());
    const form = { ...fieldsOf($), event_type_id: await eventType(), [name]: value };
    const answer = await post('sends', form).expect(422);
    expect(answer.text).toContain('This selection is not kept any more');
  });

  it('are left out one by one only so far', async () => {
    const place = await select();
    const except = Array.from({ length: 501 }, (_, index) => index).join(',');
    const form = {
      ...fieldsOf(await open(place)),
      shown: '',
      'ticked[]': [],
      except,
      event_type_id: await eventType(),
    };
    expect((await post('sends', form).expect(422)).text).toContain('At most 500 can be left out one by one.');
  });

  it('can be cleared, and nobody be asked for', async () => {
    const $ = await open(await select());
    const cleared = await open(
      `/app/scheduling?${filter}&selection=${fieldsOf($)['selection' as never] as string}&select=none`,
    );
    expect(cleared('input[name=selection]')).toHaveLength(0);
    const all = boxes($).map((box) => box.attr('aria-label')!);
    const nobody = await select({ q: 'nobody at all' });
    const empty = { ...fieldsOf(await open(nobody)), event_type_id: await eventType() };
    expect(all.length).toBeGreaterThan(0);
    expect((await post('sends', empty).expect(422)).text).toContain('Select at least one candidate');
  });

  it('are for schedulers, from our own pages', async () => {
    await post('selections', matching, test.ben.agent).expect(403);
    await post('selections', matching).set('Origin', 'https://evil.example').expect(403);
    expect(await test.db.query('select 1 from selections where user_id = $1', [test.ben.actor.userId])).toEqual([]);
  });
});
