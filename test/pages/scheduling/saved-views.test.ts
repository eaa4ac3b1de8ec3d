import * as cheerio from 'cheerio';
import { forgetViews } from '../../../src/scheduling/candidates/views/forget-views.js';
import { startScheduling, type SchedulingTest } from '../../support/scheduling.js';

const path = '/app/scheduling/views';
const handedIn = { status: 'submitted,reviewed', sort: 'activity', q: 'Elif & Şahin' };

describe('saved views', () => {
  let test: SchedulingTest;

  beforeAll(async () => {
    test = await startScheduling();
  });
  afterAll(() => test.stop());
  beforeEach(() => test.db.query('delete from saved_views'));

  const open = async (place: string, agent = test.asha.agent) =>
    cheerio.load((await agent.get(place).expect(200)).text);
  const post = (to: string, body: object, agent = test.asha.agent) => agent.post(to).type('form').send(body);
  const save = (body: object, agent = test.asha.agent) => post(path, { ...handedIn, ...body }, agent);
  const linked = async (agent = test.asha.agent) =>
    (await open('/app/scheduling', agent))('nav[aria-label="Saved views"] a[href^="/app/scheduling?"]')
      .get()
      .map((link) => cheerio.load(link).text());
  const idOf = async (name: string) => {
    const [row] = await test.db.query<{ id: string }[]>('select id from saved_views where name = $1', [name]);
    return row!.id;
  };

  it('keep filters, search and order under a name, as a link that shows the same again', async () => {
    const shown = await open(`/app/scheduling?${new URLSearchParams(handedIn)}`);
    const form = await open(shown('a:contains("Save this view")').attr('href')!);
    const fields = Object.fromEntries(
      form(`form[action="${path}"] input[type=hidden]`)
        .get()
        .map((field) => [form(field).attr('name')!, form(field).attr('value')!]),
    );
    expect(fields).toMatchObject(handedIn);
    await post(path, { ...fields, name: '  Handed in ' }).expect(303);
    const link = (await open('/app/scheduling'))('nav[aria-label="Saved views"] a:contains("Handed in")');
    const again = await open(link.attr('href')!);
    expect([again('#q').val(), again('#status').val(), again('#sort').val()]).toEqual([
      handedIn.q,
      handedIn.status,
      handedIn.sort,
    ]);
    expect(again('nav[aria-label="Saved views"] a[aria-current]').text()).toBe('Handed in');
    expect(again('a:contains("Save this view")')).toHaveLength(0);
  });

  it('say what is about to be saved in the words of the page', async () => {
    const [{ id, title }] = await test.db.query<[{ id: string; title: string }]>(
      'select id, title from assessments where org_id = $1 limit 1',
      [test.acme.orgId],
    );
    for (const [query, words] of [
      [handedIn, 'Handed in · “Elif & Şahin” · Last activity first'],
      [
        { assessment_id: id, status: 'submitted,closed', not_booked_for: '5' },
        `${title} · Submitted, Closed · Mailed, not booked for 5 days or more`,
      ],
      [{ scheduling_status: 'not_invited' }, 'Not invited'],
    ] as const) {
      const page = await open(`${path}?${new URLSearchParams(query)}`);
      expect(page('form[action$="/views"] strong').text()).toBe(words);
    }
  });

  it('are one’s own, or shared with the organization by a scheduler', async () => {
    await save({ name: 'Mine' }).expect(303);
    await save({ name: 'Ours', shared: 'yes' }).expect(303);
    await save({ name: 'Ben’s' }, test.ben.agent).expect(303);
    expect(await linked()).toEqual(['Mine', 'Ours']);
    expect(await linked(test.ben.agent)).toEqual(['Ben’s', 'Ours']);
    expect(await linked(test.cleo.agent)).toEqual([]);
    await save({ name: 'No', shared: 'yes' }, test.ben.agent).expect(403);
    const asked = await open(`${path}?${new URLSearchParams(handedIn)}`, test.ben.agent);
    expect(asked('input[name=shared]')).toHaveLength(0);
  });

  it('have names of their own, whatever the case, and keep what was typed', async () => {
    await save({ name: 'Handed in' }).expect(303);
    await save({ name: 'Handed in', shared: 'yes' }).expect(303);
    for (const [name, message] of [
      ['handed IN', 'There is a view of this name.'],
      ['', 'Give the view a name.'],
      ['x'.repeat(61), 'Name it in 60 characters or fewer.'],
    ] as const) {
      const $ = cheerio.load((await save({ name, shared: 'yes' }).expect(422)).text);
      expect($('[role=alert] a[href="#name"]').text()).toBe(message);
      expect($('#name').val()).toBe(name);
      expect($('input[name=shared]').is('[checked]')).toBe(true);
      expect($('input[name=q]').val()).toBe(handedIn.q);
    }
    expect(await linked()).toEqual(['Handed in', 'Handed in']);
  });

  it('are fifty at the most', async () => {
    await test.db.query(
      `insert into saved_views (org_id, user_id, shared, name, words, search)
       select $1, $2, false, 'View ' || n, '', '' from generate_series(1, 49) n`,
      [test.acme.orgId, test.asha.actor.userId],
    );
    const answers = await Promise.all(['One', 'Two', 'Three'].map((name) => save({ name })));
    expect(answers.map(({ status }) => status).toSorted()).toEqual([303, 422, 422]);
    expect(answers.find(({ status }) => status === 422)!.text).toContain('There are 50 views already.');
    await save({ name: 'Shared ones count apart', shared: 'yes' }).expect(303);
  });

  it('can be renamed and deleted, shared ones by who saved them and by admins', async () => {
    await save({ name: 'Old' }).expect(303);
    await save({ name: 'Taken' }).expect(303);
    await save({ name: 'Dana’s', shared: 'yes' }, test.dana.agent).expect(303);
    await save({ name: 'Asha’s', shared: 'yes' }).expect(303);
    const [old, danas, ashas] = [await idOf('Old'), await idOf('Dana’s'), await idOf('Asha’s')];
    const refused = cheerio.load((await post(`${path}/${old}/name`, { name: 'TAKEN' }).expect(422)).text);
    expect(refused(`[role=alert] a[href="#name-${old}"]`).text()).toBe('There is a view of this name.');
    expect(refused(`#name-${old}`).val()).toBe('TAKEN');
    await post(`${path}/${old}/name`, { name: 'New' }).expect(303);
    await post(`${path}/${danas}/name`, { name: 'By an admin' }).expect(303);
    await post(`${path}/${ashas}/name`, { name: 'x' }, test.dana.agent).expect(403);
    await post(`${path}/${ashas}/deletion`, {}, test.ben.agent).expect(403);
    expect(await linked()).toEqual(['Asha’s', 'By an admin', 'New', 'Taken']);
    await post(`${path}/${danas}/deletion`, {}, test.dana.agent).expect(303);
    await post(`${path}/${old}/deletion`, {}).expect(303);
    expect(await linked()).toEqual(['Asha’s', 'Taken']);
  });

  it('are not there for others, and change from our own pages alone', async () => {
    await save({ name: 'Mine' }).expect(303);
    const id = await idOf('Mine');
    for (const agent of [test.cleo.agent, test.dana.agent]) {
      await post(`${path}/${id}/name`, { name: 'x' }, agent).expect(404);
      await post(`${path}/${id}/deletion`, {}, agent).expect(404);
    }
    await post(`${path}/not-an-id/deletion`, {}).expect(404);
    await post(`${path}/${id}/deletion`, {}).set('Origin', 'https://evil.example').expect(403);
    await save({ name: 'x' }).set('Origin', 'https://evil.example').expect(403);
    expect(await linked()).toEqual(['Mine']);
  });

  it('go with whom they are about', async () => {
    await save({ name: 'By search', q: 'Elif ŞAHIN' }).expect(303);
    await save({ name: 'About elif şahin', q: '' }).expect(303);
    await save({ name: 'Others', q: 'elif' }).expect(303);
    await save({ name: 'By search', q: 'Elif ŞAHIN' }, test.cleo.agent).expect(303);
    await forgetViews(test.db.manager, test.acme.orgId, ['elif şahin']);
    expect(await linked()).toEqual(['Others']);
    expect((await open(path, test.cleo.agent))('tbody th').text()).toBe('By search');
  });
});
