import { load } from 'cheerio';
import { createServer, type Server } from 'node:http';
import type { LookupFunction } from 'node:net';
import type { AddressInfo } from 'node:net';
import { calComOptions, type CalComOptions } from '../../../src/cal-com/cal-com-options.js';
import { publicLookup } from '../../../src/cal-com/public-lookup.js';
import { startSandbox, type Sandbox } from '../../../src/sandbox/sandbox.js';
import { startApp, type TestApp } from '../../support/app.js';

const path = '/app/settings/cal-com';

describe('the account at Cal.com', () => {
  let sandbox: Sandbox;
  let app: TestApp;

  beforeAll(async () => {
    app = await startApp({ CAL_COM_ALLOWED_HOSTS: '127.0.0.1', CAL_COM_REQUESTS_PER_MINUTE: '6000' });
  });
  beforeEach(async () => {
    sandbox = await startSandbox({ requestsPerMinute: 10_000 });
    await app.db.query('delete from cal_com_configs; delete from cal_com_event_types');
  });
  afterEach(() => sandbox.stop());
  afterAll(() => app.stop());

  const save = (apiKey: string, apiUrl = sandbox.apiUrl) =>
    app.asha.agent.post(path).type('form').send({ apiKey, apiUrl });
  const connect = () => save(sandbox.apiKey).expect(303);
  const read = async () => load((await app.asha.agent.get(path).expect(200)).text);
  const account = async () => textOf((await read())('section[aria-labelledby=account]').text());
  const stored = async () => (await app.db.query<object[]>('select * from cal_com_configs'))[0];
  const asked = (part: string) => sandbox.requests.filter((request) => request.path.endsWith(part)).length;

  it('is named with its zone, its booking page and the calendars Cal.com reads', async () => {
    await connect();
    expect(await account()).toMatch(
      /Signed in as ?Acme Interviews ?Time zone ?Europe\/Berlin ?Booking page ?http.*acme-interviews.* ?Calendars ?Read by Cal\.com ?Google Calendar, interviews@acme\.example ?Fetched just now\./,
    );
    await read();
    expect(asked('/calendars')).toBe(1);
  });

  it('tells of a calendar Cal.com cannot read, once fetched again', async () => {
    await connect();
    await read();
    Object.assign(sandbox.state.hosts[0]!, { calendars: [{ email: 'a@acme.example', broken: true }] });
    await app.asha.agent.post(`${path}/event-types`).expect(303);
    expect(await account()).toContain('Cannot be read');
  });

  it('warns where no calendar is connected', async () => {
    Object.assign(sandbox.state.hosts[0]!, { calendars: [] });
    await connect();
    expect(await account()).toContain('None is connected in Cal.com, so candidates may book while the host is busy.');
  });

  it('shows the rest while the calendars cannot be fetched', async () => {
    sandbox.fail('500', { times: 3, only: (request) => request.path.endsWith('/calendars') });
    await connect();
    expect(await account()).toContain('They could not be fetched. Cal.com has trouble of its own right now.');
    expect(await account()).toContain('Fetched just now.');
  });

  it('is tested: account, zone and event types are named, and fetched by the way', async () => {
    await connect();
    await app.asha.agent.post(`${path}/test`).expect(303);
    const $ = await read();
    expect($('#flash').text()).toMatch(
      /The connection works\. Signed in as Acme Interviews, in Europe\/Berlin\. 6 event types: .*Interview.* and 1 more\. Cal\.com answered in \d/,
    );
    expect(textOf($('section[aria-labelledby=types]').text())).toContain('Fetched from Cal.com just now.');
  });

  it('is let go only after it was said what stops', async () => {
    await connect();
    const $ = await read();
    const details = $('details:has(form[action$="/disconnection"])');
    expect(details.attr('open')).toBeUndefined();
    expect(textOf(details.text())).toContain('No new links can be made.');
    await app.asha.agent.post(`${path}/disconnection`).expect(303);
    expect((await read())('section[aria-labelledby=account]')).toHaveLength(0);
  });

  describe('how long a booking link works', () => {
    const change = (bookingLinkDays: string) =>
      app.asha.agent.post(`${path}/link-life`).type('form').send({ bookingLinkDays });

    it('is changed', async () => {
      await change(' 30 ').expect(303).expect('Location', path);
      expect((await read())('#bookingLinkDays').val()).toBe('30');
    });

    it.each(['0', '366', 'ten', '', '1.5'])('is not %j: that is kept for mending', async (typed) => {
      const $ = load((await change(typed).expect(422)).text);
      expect($('#errors a[href="#bookingLinkDays"]').text()).toContain('whole days from 1 to 365');
      expect($('#bookingLinkDays').val()).toBe(typed);
    });

    it('is for admins, from our own pages', async () => {
      await app.dana.agent.post(`${path}/link-life`).expect(403);
      await app.asha.agent.post(`${path}/link-life`).set('Origin', 'https://evil.example').expect(403);
    });
  });

  describe('what is refused, with what was stored before in force', () => {
    let elsewhere: Server;
    let visits: number;

    beforeEach(async () => {
      visits = 0;
      elsewhere = createServer((_request, response) => {
        visits += 1;
        response.writeHead(302, { Location: `${sandbox.apiUrl}/me` }).end();
      });
      await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve));
      await connect();
    });
    afterEach(async () => {
      setLookup(publicLookup());
      elsewhere.closeAllConnections();
      await new Promise((resolve) => elsewhere.close(resolve));
    });

    const setLookup = (lookup: LookupFunction) => Object.assign(app.app.get<CalComOptions>(calComOptions), { lookup });
    const leadsTo = (address: string) =>
      setLookup(
        publicLookup(((_host: string, _options: object, answer: (error: null, found: object[]) => void) =>
          answer(null, [{ address, family: 4 }])) as never),
      );

    it.each([
      ['http://169.254.169.254/v2', 'Keys are not sent to 169.254.169.254,'],
      ['http://169.254.169.254/latest/meta-data/v2', 'Keys are not sent to 169.254.169.254,'],
      ['https://10.0.0.7/v2', 'Keys are not sent to 10.0.0.7,'],
      ['http://localhost:3000/v2', 'Keys are not sent to localhost:3000,'],
      ['http://[::1]/v2', 'Keys are not sent to [::1],'],
      ['http://2130706433/v1', 'Cal.com shut API v1 down on 8 April 2026; use /v2.'],
      ['http://api.cal.com/v2', 'Use an address that starts with https://.'],
      ['https://key@api.cal.com/v2', 'Enter only the address'],
      ['https://api.cal.com.evil.example/v2', 'Keys are not sent to api.cal.com.evil.example,'],
      ['file:///etc/passwd', 'Enter an address such as'],
    ])('the address %s', async (apiUrl, sentence) => {
      await expectRefusal(apiUrl, sentence);
    });

    it('a host that only leads to another one', async () => {
      const { port } = elsewhere.address() as AddressInfo;
      await expectRefusal(`http://127.0.0.1:${port}/v2`, 'This address only leads to another one.');
      expect(visits).toBe(1);
    });

    it.each(['127.0.0.1', '169.254.169.254', '192.168.0.10'])('a public name that leads to %s', async (address) => {
      leadsTo(address);
      await expectRefusal('https://api.cal.com/v2', 'This address leads to a private network');
      expect(visits).toBe(0);
    });

    async function expectRefusal(apiUrl: string, sentence: string): Promise<void> {
      const before = await stored();
      const $ = load((await save('cal_live_another', apiUrl).expect(422)).text);
      expect($('#errors a[href="#apiUrl"]').text()).toContain(sentence);
      expect($('#apiUrl').val()).toBe(apiUrl);
      expect(await stored()).toEqual(before);
      await app.asha.agent.post(`${path}/test`).expect(303);
    }
  });

  describe('while no encryption key opens the stored key', () => {
    beforeEach(async () => {
      await connect();
      await app.db.query(`update cal_com_configs set api_key = replace(api_key, 'test.', 'lost.')`);
    });

    it.each([
      '/app/scheduling',
      '/app/bookings',
      '/app/sends',
      '/app/assessments',
      path,
      '/app/settings/email',
      '/app/settings/doctor',
      '/readyz',
    ])('%s is there all the same', async (page) => {
      await app.asha.agent.get(page).expect(200);
    });

    it('the API says that Cal.com is not configured', async () => {
      await app.asha.agent.get('/api/admin/scheduling/cal-com/event-types').expect(409);
    });

    it.each(['test', 'event-types', 'webhook'])('the settings ask for the key again (%s)', async (action) => {
      const $ = load((await app.asha.agent.post(`${path}/${action}`).expect(422)).text);
      expect($('#errors a').attr('href')).toBe('#apiKey');
      expect($('.notice').text()).toContain('Enter the API key again.');
    });

    it('the key typed again mends it', async () => {
      await connect();
      expect((await app.visitor().get('/readyz')).body).toMatchObject({ status: 'ready' });
      expect(await account()).toContain('Acme Interviews');
    });
  });
});

function textOf(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}
