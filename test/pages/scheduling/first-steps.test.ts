import { load } from 'cheerio';
import { seedCandidates } from '../../../src/candidates/seed-candidates.js';
import { CalComConfigsService } from '../../../src/cal-com/cal-com-configs.service.js';
import { startSandbox, type Sandbox } from '../../../src/sandbox/sandbox.js';
import { startApp, type TestApp, type TestPerson } from '../../support/app.js';
import { ResendServer } from '../../support/resend-server.js';
import { until } from '../../support/until.js';

describe('the first steps on the Scheduling page', () => {
  let sandbox: Sandbox;
  let resend: ResendServer;
  let app: TestApp;

  beforeAll(async () => {
    sandbox = await startSandbox();
    resend = await ResendServer.start();
    app = await startApp({
      CAL_COM_ALLOWED_HOSTS: '127.0.0.1',
      EMAIL_TRANSPORT: 'resend',
      EMAIL_FROM: 'Acme <interviews@acme.example>',
      RESEND_API_KEY: 're_test',
      RESEND_BASE_URL: resend.url,
    });
  });
  afterAll(async () => {
    await app?.stop();
    await sandbox?.stop();
    await resend?.stop();
  });

  it('are three, and the first that is to be done is the one that stands out', async () => {
    const $ = await read(app.asha);
    expect(stepsOf($)).toEqual([
      ['Connect Cal.com', 'Not connected', '/app/settings/cal-com', true],
      ['See that mail leaves', 'Does not work', '/app/settings/email', false],
      ['Bring in candidates', 'None yet', '/app/candidates/import', false],
    ]);
    expect($('li').text()).toContain('This Resend account does not have acme.example.');
  });

  it('tell what is done', async () => {
    await app.app.get(CalComConfigsService).save(app.acme, { apiKey: sandbox.apiKey, apiUrl: sandbox.apiUrl });
    expect(stepsOf(await read(app.asha))).toEqual([
      ['Connect Cal.com', 'Connected', '/app/settings/cal-com', false],
      ['See that mail leaves', 'Does not work', '/app/settings/email', true],
      ['Bring in candidates', 'None yet', '/app/candidates/import', false],
    ]);
  });

  it('lead nobody where they may not go', async () => {
    const links = async (person: TestPerson) => stepsOf(await read(person)).map(([, , href]) => href);
    expect(await links(app.dana)).toEqual([undefined, undefined, '/app/candidates/import']);
    expect(await links(app.ben)).toEqual([undefined, undefined, undefined]);
  });

  it('give way to the candidates', async () => {
    await seedCandidates(app.db, app.acme, new Date());
    const $ = await read(app.asha);
    expect(stepsOf($)).toEqual([]);
    expect($('tbody tr').length).toBeGreaterThan(10);
  });

  it('leave behind that mail cannot leave, until one did', async () => {
    const notices = async () => (await read(app.asha))('main .notice').text();
    expect(await notices()).toContain('Mail cannot leave. This Resend account does not have acme.example.');
    const [{ id }] = await app.db.query<[{ id: string }]>(
      `select id from invitations where status = 'submitted' limit 1`,
    );
    const post = (path: string, form: object) => app.dana.agent.post(path).type('form').send(form).expect(303);
    const { headers } = await post('/app/scheduling/sends', { invitation_ids: [id], event_type_id: '1' });
    await post(`${headers['location']}/dispatch`, { revision: '1' });
    await until(notices, (text) => !text.includes('Mail cannot leave'));
    expect(resend.sent).toHaveLength(1);
  });

  async function read(person: TestPerson) {
    return load((await person.agent.get('/app/scheduling').expect(200)).text);
  }

  function stepsOf($: Awaited<ReturnType<typeof read>>) {
    return $('main ol > li:has(h3)')
      .toArray()
      .map((step) => {
        const link = $(step).find('a');
        const title = $(step).find('h3').contents().first().text().trim();
        return [title, $(step).find('.badge').text(), link.attr('href'), link.hasClass('btn-primary')];
      });
  }
});
