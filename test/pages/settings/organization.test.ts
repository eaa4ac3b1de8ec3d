import { load } from 'cheerio';
import { startApp, type TestApp } from '../../support/app.js';
import { linkedCandidate } from '../../support/candidate-page.js';
import { startScheduling } from '../../support/scheduling.js';

const path = '/app/settings/organization';
const good = { name: 'Acme', timeZone: 'Europe/Berlin', brandColor: '' };

describe('the organization settings', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await startApp();
  });
  beforeEach(() =>
    app.db.query(`update orgs set name = 'Acme', time_zone = 'Europe/Berlin', brand_color = null where slug = 'acme'`),
  );
  afterAll(() => app.stop());

  const save = (form: object, { agent } = app.asha) => agent.post(path).type('form').send(form);
  const read = async () => load((await app.asha.agent.get(path).expect(200)).text);
  const profileOf = async (slug = 'acme') => {
    const [row] = await app.db.query<object[]>(
      `select name, time_zone "timeZone", brand_color "brandColor" from orgs where slug = $1`,
      [slug],
    );
    return row;
  };

  it('are saved for this organization alone', async () => {
    const globex = await profileOf('globex');
    await save({ name: ' Acme  GmbH ', timeZone: 'europe/lisbon', brandColor: '35D' })
      .expect(303)
      .expect('Location', path);
    expect(await profileOf()).toEqual({ name: 'Acme GmbH', timeZone: 'Europe/Lisbon', brandColor: '#3355dd' });
    expect(await profileOf('globex')).toEqual(globex);
    const $ = await read();
    expect($('#flash').text()).toMatch(/Acme GmbH.*Hours are now told in Lisbon, WES?T/);
    expect([$('#name').val(), $('#timeZone').val(), $('#brandColor').val()]).toEqual([
      'Acme GmbH',
      'Europe/Lisbon',
      '#3355dd',
    ]);
    expect($('.side-foot').text()).toContain('Acme GmbH');
    expect($('#zones option').length).toBeGreaterThan(300);
    expect($('nav[aria-label="Settings"] [aria-current="page"]').text()).toBe('Organization');
  });

  it.each([
    ['name', '  '],
    ['name', 'x'.repeat(101)],
    ['name', 'a\nb'],
    ['timeZone', ''],
    ['timeZone', 'Berlin'],
    ['timeZone', '+05:30'],
    ['timeZone', 'Europe/Atlantis'],
    ['brandColor', 'blue'],
    ['brandColor', '#12345'],
    ['brandColor', '#fff;}*{display:none'],
  ])('refuse %s %j: what was typed stays, nothing is saved', async (field, value) => {
    const before = await profileOf();
    const $ = load((await save({ ...good, name: 'New', [field]: value }).expect(422)).text);
    expect($('#errors a').length).toBe(1);
    expect($('#errors a').attr('href')).toBe(`#${field}`);
    expect($(`#${field}`).attr('aria-invalid')).toBe('true');
    expect($(`#${field}`).val()).toBe(value);
    expect($('#brandColor').length).toBe(1);
    expect($('[data-fills="brandColor"]').val()).toMatch(/^#[0-9a-f]{6}$/);
    expect(await profileOf()).toEqual(before);
  });

  it('offer a picker that begins with the colour in force and posts nothing by itself', async () => {
    await save({ ...good, brandColor: '#ffd400' }).expect(303);
    const picker = (await read())('input[type=color]');
    expect([picker.val(), picker.attr('data-fills'), picker.attr('name')]).toEqual([
      '#ffd400',
      'brandColor',
      undefined,
    ]);
  });

  it('refuse lists and missing fields', async () => {
    await app.asha.agent.post(path).type('form').send('name[a]=1&timeZone=1&timeZone=2&brandColor[]=x').expect(422);
    await app.asha.agent.post(path).expect(422);
  });

  it('tell what became of a colour that cannot be read on white', async () => {
    await save({ ...good, brandColor: '#ffd400' }).expect(303);
    const $ = await read();
    const words = $('section:contains("As candidates see it")').text();
    expect(words).toContain('Black text on #ffd400');
    expect(words).toMatch(/As a link on white it would have 1\.4 to 1.*darkened to #[0-9a-f]{6}/);
    expect($('link[href="/brand/ffd400.css"]').length).toBe(1);
  });

  it('only admins see or change them, from our own pages', async () => {
    for (const { agent } of [app.ben, app.dana]) {
      await agent.get(path).expect(403);
      await agent.post(path).type('form').send(good).expect(403);
    }
    await app.asha.agent.post(path).set('Origin', 'https://evil.example').type('form').send(good).expect(403);
    await app.visitor().get(path).expect(303);
  });
});

describe('the colour of an organization', () => {
  it('comes as a style sheet that names nobody, and only for a colour', async () => {
    const app = await startApp();
    try {
      const answer = await app.visitor().get('/brand/ffd400.css').expect(200);
      expect(answer.headers['content-type']).toBe('text/css; charset=utf-8');
      expect(answer.headers['cache-control']).toContain('immutable');
      expect(answer.headers['set-cookie']).toBeUndefined();
      expect(answer.text).toContain('#ffd400');
      for (const name of ['ffd40', 'ffd400;}', 'url(x)', '%00', '..%2f..%2fsrc']) {
        await app.visitor().get(`/brand/${name}.css`).expect(404);
      }
    } finally {
      await app.stop();
    }
  });

  it('is worn by each of the candidates’ pages, under the same policy', async () => {
    const test = await startScheduling();
    try {
      const { path: page } = await linkedCandidate(test);
      const before = await test.visitor().get(page).expect(200);
      expect(before.text).not.toContain('/brand/');
      await test.db.query(`update orgs set brand_color = '#ffd400' where id = $1`, [test.acme.orgId]);
      for (const at of [page, `${page}/decline`, `${page}/other-times`, `${page}/unsubscribe`]) {
        const answer = await test.visitor().get(at).expect(200);
        expect(load(answer.text)('link[rel=stylesheet]').last().attr('href')).toBe('/brand/ffd400.css');
        expect(answer.headers['content-security-policy']).not.toContain('unsafe');
      }
    } finally {
      await test.stop();
    }
  });
});
