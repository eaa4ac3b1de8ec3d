import { load } from 'cheerio';
import { CalComConfigsService } from '../../../src/cal-com/cal-com-configs.service.js';
import { CalComEventTypesService } from '../../../src/cal-com/cal-com-event-types.service.js';
import { calComOptions, type CalComOptions, defaultCalComOptions } from '../../../src/cal-com/cal-com-options.js';
import { type FaultKind } from '../../../src/sandbox/faults.js';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.js';
import { otherApiKey } from '../../../src/sandbox/seed.js';
import { startApp, type TestApp, type TestPerson } from '../../support/app.js';

const path = '/app/settings/cal-com';

describe('the Cal.com settings', () => {
  let sandbox: Sandbox;
  let app: TestApp;

  beforeAll(async () => {
    app = await startApp({ CAL_COM_ALLOWED_HOSTS: '127.0.0.1' });
  });
  beforeEach(async () => {
    sandbox = await startSandbox({ requestsPerMinute: 10_000 });
    await app.db.query('delete from cal_com_configs; delete from cal_com_event_types');
    setPatience(defaultCalComOptions.requestTimeoutMs);
  });
  afterEach(() => sandbox.stop());
  afterAll(() => app.stop());

  /** Ten seconds, as in earnest, are too long for a test that waits in vain. */
  const setPatience = (requestTimeoutMs: number) =>
    Object.assign(app.app.get<CalComOptions>(calComOptions), { requestTimeoutMs });
  const spoil = (fault: FaultKind) => {
    if (fault === 'slow') setPatience(300);
    sandbox.fail(fault, { times: 3 });
  };
  const save = (person: TestPerson, apiKey: string, apiUrl = sandbox.apiUrl) =>
    person.agent.post(path).type('form').send({ apiKey, apiUrl });
  const storedRow = async () => (await app.db.query('select * from cal_com_configs'))[0] as Record<string, unknown>;
  const asked = (part: string) => sandbox.requests.filter((request) => request.path.includes(part)).length;

  it('tells who is not connected yet where to begin', async () => {
    const $ = await read(app.asha);
    expect($('.notice').text()).toContain('Not connected yet.');
    expect($('#apiUrl').val()).toBe('https://api.cal.com/v2');
    expect($('button:contains("Test the connection")')).toHaveLength(0);
    expect(sandbox.requests).toEqual([]);
  });

  it('saves a key that Cal.com accepts, encrypted, and never shows it again', async () => {
    await save(app.asha, `  ${sandbox.apiKey} `, `${sandbox.apiUrl}/`).expect(303).expect('Location', path);
    const page = await app.asha.agent.get(path).expect(200);
    expect(page.text).toContain('The connection works, signed in as Acme Interviews.');
    expect(page.text).toContain(`ending in ${sandbox.apiKey.slice(-4)}`);
    expect(page.text).not.toContain(sandbox.apiKey);
    const row = await storedRow();
    expect(JSON.stringify(row)).not.toContain(sandbox.apiKey);
    expect(row).toMatchObject({ api_url: sandbox.apiUrl, user_name: 'Acme Interviews', user_id: '101' });
    expect(await app.app.get(CalComConfigsService).connection(app.acme)).toEqual({
      apiUrl: sandbox.apiUrl,
      apiKey: sandbox.apiKey,
    });
  });

  it('shows the event types with what an admin should know about each', async () => {
    await save(app.asha, sandbox.apiKey);
    const $ = await read(app.asha);
    const rows = $('tbody tr')
      .toArray()
      .map((row) => $(row).text().replaceAll(/\s+/g, ' ').trim());
    expect(rows).toHaveLength(6);
    expect(rows.find((row) => row.startsWith('Interview'))).toMatch(/30 min Ready/);
    expect(rows.find((row) => row.startsWith('Flexible'))).toContain('15, 30 or 60 min');
    expect(rows.find((row) => row.startsWith('Final conversation'))).toContain('Needs your yes');
    expect(rows.find((row) => row.startsWith('Hiring manager call'))).toContain('Hidden');
    expect(rows.filter((row) => row.endsWith('Default'))).toHaveLength(1);
    await read(app.asha);
    expect(asked('event-types')).toBe(1);
  });

  it('reads the event types again when asked, and forgets those that are gone', async () => {
    await save(app.asha, sandbox.apiKey);
    await read(app.asha);
    await app.db.query(`update cal_com_event_types set title = 'Old title' where event_type_id = 1`);
    await app.db.query(
      `insert into cal_com_event_types (org_id, event_type_id, title, slug, length_in_minutes, booking_url)
       values ($1, 99, 'Gone', 'gone', 30, 'https://cal.com/acme/gone')`,
      [app.acme.orgId],
    );
    await app.asha.agent.post(`${path}/event-types`).expect(303);
    const $ = await read(app.asha);
    expect($('.notice').text()).toContain('Cal.com has 6 event types.');
    expect($('tbody').text()).not.toMatch(/Old title|Gone/);
  });

  it('makes another event type the default', async () => {
    await save(app.asha, sandbox.apiKey);
    await read(app.asha);
    await app.asha.agent.post(`${path}/default-event-type`).type('form').send({ eventTypeId: '2' }).expect(303);
    const $ = await read(app.asha);
    expect($('tr:contains("Technical interview") .badge').text()).toContain('Default');
    expect(await app.app.get(CalComEventTypesService).findDefault(app.acme)).toMatchObject({ eventTypeId: 2 });
  });

  it('says so when the default is gone from Cal.com, and puts none in its place', async () => {
    await save(app.asha, sandbox.apiKey);
    await read(app.asha);
    await app.db.query('update cal_com_configs set default_event_type_id = 99');
    await app.asha.agent.post(`${path}/event-types`).expect(303);
    expect((await read(app.asha))('.notice').text()).toContain('The default event type is gone from Cal.com.');
    expect(await app.app.get(CalComEventTypesService).findDefault(app.acme)).toBeNull();
  });

  it.each(['7', '99', '0', 'one', ''])('knows no event type %j to make the default', async (eventTypeId) => {
    await save(app.asha, sandbox.apiKey);
    await read(app.asha);
    await app.asha.agent.post(`${path}/default-event-type`).type('form').send({ eventTypeId }).expect(404);
  });

  it('does not give one organization the event types or the key of another', async () => {
    await save(app.asha, sandbox.apiKey);
    await save(app.cleo, otherApiKey);
    await read(app.asha);
    const $ = await read(app.cleo);
    expect($('tbody tr')).toHaveLength(1);
    expect($('.notice').text()).toContain('Globex Hiring');
    await app.cleo.agent.post(`${path}/default-event-type`).type('form').send({ eventTypeId: '2' }).expect(404);
  });

  it('tests the connection and says who answers', async () => {
    await save(app.asha, sandbox.apiKey);
    await app.asha.agent.post(`${path}/test`).expect(303);
    expect((await read(app.asha))('#flash').text()).toMatch(/The connection works\. Signed in as Acme Interviews/);
  });

  it.each(['test', 'event-types'])('asks for a key first when there is none (%s)', async (action) => {
    const page = await app.asha.agent.post(`${path}/${action}`).expect(422);
    expect(load(page.text)('#errors a').attr('href')).toBe('#apiKey');
  });

  describe('what cannot be saved', () => {
    it('a key Cal.com does not accept: nothing is stored', async () => {
      const page = await save(app.asha, 'cal_live_wrong').expect(422);
      const $ = load(page.text);
      expect($('#errors a[href="#apiKey"]').text()).toBe('Cal.com does not accept this key.');
      expect($('#apiUrl').val()).toBe(sandbox.apiUrl);
      expect(page.text).not.toContain('cal_live_wrong');
      expect(await storedRow()).toBeUndefined();
    });

    it('a wrong key over a good one: the good one stays', async () => {
      await save(app.asha, sandbox.apiKey);
      await save(app.asha, 'cal_live_wrong').expect(422);
      await app.asha.agent.post(`${path}/test`).expect(303);
    });

    it.each([
      ['https://evil.example/v2', 'CAL_COM_ALLOWED_HOSTS'],
      ['https://api.cal.com/v1', 'Cal.com shut API v1 down on 8 April 2026; use /v2'],
      ['', 'Enter the address of the Cal.com API.'],
    ])('the address %j: it is kept for mending, and nobody is asked', async (apiUrl, sentence) => {
      const page = await save(app.asha, sandbox.apiKey, apiUrl).expect(422);
      const $ = load(page.text);
      expect($('#errors a[href="#apiUrl"]').text()).toContain(sentence);
      expect($('#apiUrl').val()).toBe(apiUrl);
      expect($('#apiUrl').attr('aria-invalid')).toBe('true');
      expect(sandbox.requests).toEqual([]);
    });

    it('an address of another server without the key typed again: the key goes nowhere else', async () => {
      const elsewhere = await startSandbox();
      await save(app.asha, sandbox.apiKey);
      const page = await save(app.asha, '', elsewhere.apiUrl).expect(422);
      expect(load(page.text)('#errors a[href="#apiKey"]').text()).toContain('Enter the key again');
      expect(elsewhere.requests).toEqual([]);
      await save(app.asha, elsewhere.apiKey, elsewhere.apiUrl).expect(303);
      expect(await app.app.get(CalComConfigsService).connection(app.acme)).toMatchObject({ apiUrl: elsewhere.apiUrl });
      await elsewhere.stop();
    });

    it('an address where there is no API', async () => {
      const page = await save(app.asha, sandbox.apiKey, `${sandbox.url}/elsewhere/v2`).expect(422);
      expect(load(page.text)('#errors a[href="#apiUrl"]').text()).toBe('There is no Cal.com API v2 at this address.');
    });
  });

  it('keeps the stored key when the field is left empty', async () => {
    await save(app.asha, sandbox.apiKey);
    await save(app.asha, '').expect(303);
    await app.asha.agent.post(`${path}/test`).expect(303);
  });

  it('asks for the key again when the stored one cannot be read', async () => {
    await save(app.asha, sandbox.apiKey);
    await app.db.query(`update cal_com_configs set api_key = replace(api_key, 'test.', 'lost.')`);
    expect((await read(app.asha))('.notice').text()).toContain('The stored key cannot be read.');
    expect(await app.app.get(CalComConfigsService).connection(app.acme)).toBeNull();
    await save(app.asha, '').expect(422);
    await save(app.asha, sandbox.apiKey).expect(303);
  });

  const troubles: readonly (readonly [FaultKind, string])[] = [
    ['down', 'Cal.com cannot be reached right now.'],
    ['slow', 'Cal.com takes too long to answer.'],
    ['garbage', 'Cal.com answered in a way that cannot be read.'],
    ['500', 'Cal.com has trouble of its own right now.'],
    ['429', 'Cal.com asks for a pause. Try again in'],
  ];
  describe.each(troubles)('while Cal.com is %s', (fault, sentence) => {
    it('the page renders, says so and offers to try again', async () => {
      await save(app.asha, sandbox.apiKey);
      spoil(fault);
      const $ = await read(app.asha);
      expect($('.notice[role=alert]').text()).toContain(sentence);
      expect($(`.notice form[action="${path}/event-types"] button`).text()).toBe('Retry');
    });

    it('a test of the connection says so', async () => {
      await save(app.asha, sandbox.apiKey);
      spoil(fault);
      const $ = load((await app.asha.agent.post(`${path}/test`).expect(422)).text);
      expect($('.notice[role=alert]').text()).toContain(sentence);
      expect($(`.notice form[action="${path}/test"] button`).text()).toBe('Retry');
    });

    it('nothing is saved, and the address stays typed', async () => {
      spoil(fault);
      const $ = load((await save(app.asha, sandbox.apiKey).expect(422)).text);
      expect($('.notice[role=alert]').text()).toContain(`Nothing was saved. ${sentence}`);
      expect($('#apiUrl').val()).toBe(sandbox.apiUrl);
      expect(await storedRow()).toBeUndefined();
    });
  });

  it('still shows the event types it knows while Cal.com is down', async () => {
    await save(app.asha, sandbox.apiKey);
    await read(app.asha);
    sandbox.fail('down', { times: 3 });
    const page = await app.asha.agent.post(`${path}/event-types`).expect(422);
    expect(load(page.text)('tbody tr')).toHaveLength(6);
  });

  it('drops what an old key still brings after the key was changed', async () => {
    await save(app.asha, sandbox.apiKey);
    sandbox.fail('slow', { delayMs: 500, only: (request) => request.path.includes('event-types') });
    const late = app.app.get(CalComEventTypesService).refresh(app.acme);
    await save(app.asha, otherApiKey).expect(303);
    expect(await late).toMatchObject({ ok: true });
    const $ = await read(app.asha);
    expect($('tbody tr')).toHaveLength(1);
  });

  describe('who may', () => {
    const actions = ['', '/test', '/event-types', '/default-event-type'];

    it.each(['ben', 'dana'] as const)('%s may not: only admins see and change settings', async (who) => {
      const person = app[who];
      await person.agent.get(path).expect(403);
      for (const action of actions) await person.agent.post(`${path}${action}`).expect(403);
    });

    it('a visitor signs in first', async () => {
      await app
        .visitor()
        .get(path)
        .expect(303)
        .expect('Location', /^\/sign-in/);
      await app.visitor().post(path).expect(303);
    });

    it('a foreign origin is refused', async () => {
      for (const action of actions) {
        await app.asha.agent.post(`${path}${action}`).set('Origin', 'https://evil.example').expect(403);
      }
      expect(sandbox.requests).toEqual([]);
    });
  });
});

describe('the key of the environment', () => {
  let sandbox: Sandbox;
  let app: TestApp;

  beforeAll(async () => {
    sandbox = await startSandbox({ requestsPerMinute: 10_000 });
    app = await startApp({ CAL_COM_API_URL: sandbox.apiUrl, CAL_COM_API_KEY: sandbox.apiKey });
  });
  afterAll(async () => {
    await app.stop();
    await sandbox.stop();
  });

  it('serves the first organization, and the page explains it', async () => {
    const page = await app.asha.agent.get(path).expect(200);
    expect(load(page.text)('.notice').text()).toContain('The key of the server is in use.');
    expect(load(page.text)('tbody tr')).toHaveLength(6);
    expect(page.text).not.toContain(sandbox.apiKey);
  });

  it('serves no other organization', async () => {
    const page = await app.cleo.agent.get(path).expect(200);
    expect(load(page.text)('.notice').text()).toContain('Not connected yet.');
    expect(await app.app.get(CalComConfigsService).connection(app.globex)).toBeNull();
    await app.cleo.agent.post(`${path}/test`).expect(422);
  });

  it('goes to the address of the environment alone', async () => {
    const page = await app.asha.agent.post(path).type('form').send({ apiKey: '', apiUrl: 'https://api.cal.eu/v2' });
    expect(page.status).toBe(422);
    expect(load(page.text)('#errors a').text()).toBe('Enter an API key.');
  });

  it('gives way to a key of the organization', async () => {
    await app.asha.agent.post(path).type('form').send({ apiKey: otherApiKey, apiUrl: sandbox.apiUrl }).expect(303);
    const page = await app.asha.agent.get(path).expect(200);
    expect(load(page.text)('.notice').text()).toContain('A key of your own is in use. Signed in as Globex Hiring.');
    expect(load(page.text)('tbody tr')).toHaveLength(1);
  });
});

async function read(person: TestPerson) {
  return load((await person.agent.get(path).expect(200)).text);
}
