import { load, type CheerioAPI } from 'cheerio';
import { ResendServer } from '../../support/resend-server.js';
import { startScheduling, type SchedulingTest } from '../../support/scheduling.js';
import { until } from '../../support/until.js';

interface WireMail {
  readonly from: string;
  readonly reply_to?: string;
  readonly to: readonly string[];
}

const settings = '/app/settings/email';
const rules = { undoWindowSeconds: '0', recentMailDays: '0', dailyMailCap: '' };
const own = { ...rules, mailSenderName: 'Acme, Hiring', mailReplyTo: 'jobs@acme.example' };
const ownFrom = '"Acme, Hiring" <interviews@acme.example>';

describe('who a mail is from and where answers go', () => {
  let resend: ResendServer;
  let test: SchedulingTest;
  let eventType: string;

  beforeAll(async () => {
    resend = await ResendServer.start();
    test = await startScheduling({
      EMAIL_TRANSPORT: 'resend',
      RESEND_API_KEY: 're_test',
      RESEND_BASE_URL: resend.url,
      RESEND_REQUESTS_PER_SECOND: '100',
      EMAIL_FROM: 'Interlude <interviews@acme.example>',
    });
    eventType = (await read('/app/scheduling'))('#event_type_id option').first().attr('value')!;
  });
  beforeEach(async () => {
    await save(rules);
    resend.reset();
  });
  afterAll(async () => {
    await test.stop();
    await resend.stop();
  });

  const read = async (path: string) => load((await test.asha.agent.get(path).expect(200)).text);
  const post = (path: string, form: object) => test.asha.agent.post(path).type('form').send(form);
  const save = (form: object) => post(settings, form).expect(303);
  const draft = async (count = 1) => {
    const form = { invitation_ids: await test.ids(count), event_type_id: eventType };
    return (await post('/app/scheduling/sends', form).expect(303)).headers['location'] as string;
  };
  const dispatch = (path: string, $: CheerioAPI) =>
    post(`${path}/dispatch`, {
      revision: $('#message-form input[name=revision]').attr('value'),
      subject: $('#subject').attr('value'),
      message: $('#message').text().replace(/^\n/, ''),
    });
  const fact = ($: CheerioAPI, name: string) => $(`dt:contains("${name}")`).first().next('dd').text();
  const envelope = ($: CheerioAPI) => [fact($, 'From'), fact($, 'Reply to')];
  const bodies = () => resend.requests.filter(({ path }) => path === '/emails/batch').map(({ text }) => text);
  const mails = () => bodies().flatMap((text) => JSON.parse(text) as WireMail[]);
  const accepted = (path: string) => test.settled(path.split('/').at(-1)!);

  it('are the server’s and whoever sends, until the organization says otherwise', async () => {
    const path = await draft();
    const $ = await read(path);
    expect(envelope($)).toEqual(['Interlude <interviews@acme.example>', test.asha.email]);
    await dispatch(path, $).expect(303);
    expect(await accepted(path)).toEqual({ accepted: 1 });
    expect(mails()).toMatchObject([{ from: 'Interlude <interviews@acme.example>', reply_to: test.asha.email }]);
  });

  it('are the same in the preview, at the mail service and on the page of the mail', async () => {
    await save(own);
    const path = await draft();
    const $ = await read(path);
    expect(envelope($)).toEqual([ownFrom, 'jobs@acme.example']);
    await post(`${path}/test`, {}).expect(303);
    await until(
      async () => mails().length,
      (count) => count === 1,
    );
    await dispatch(path, $).expect(303);
    expect(await accepted(path)).toEqual({ accepted: 1 });
    expect(mails().map(({ from, reply_to }) => [from, reply_to])).toEqual([
      [ownFrom, 'jobs@acme.example'],
      [ownFrom, 'jobs@acme.example'],
    ]);
    await save(rules);
    const sent = await read((await read(path))('tbody td a[href^="/app/emails/"]').first().attr('href')!);
    expect(envelope(sent)).toEqual([ownFrom, 'jobs@acme.example']);
  });

  it('show in the preview of a template and in the test to oneself', async () => {
    await save(own);
    expect(fact(await read('/app/settings/templates/scheduling_invitation'), 'From')).toBe(ownFrom);
    expect(fact(await read(settings), 'From')).toBe(ownFrom);
    await post(`${settings}/test`, {}).expect(303);
    expect(mails()).toMatchObject([{ from: ownFrom, reply_to: 'jobs@acme.example', to: [test.asha.email] }]);
  });

  it('ask whoever has seen the former ones in a draft to look again', async () => {
    const path = await draft();
    const seen = await read(path);
    await save(own);
    const again = load((await dispatch(path, seen).expect(422)).text);
    expect(again('#errors').text()).toContain('changed meanwhile');
    expect(envelope(again)).toEqual([ownFrom, 'jobs@acme.example']);
    expect(mails()).toEqual([]);
    await dispatch(path, again).expect(303);
    expect(await accepted(path)).toEqual({ accepted: 1 });
  });

  it('stay as they were in every attempt of a send, and in what is retried from it', async () => {
    await save(own);
    const path = await draft();
    resend.failNext('reset after', '500 before');
    resend.beforeAnswer = async () => {
      resend.beforeAnswer = () => undefined;
      await save({ ...rules, mailSenderName: 'Somebody else', mailReplyTo: 'else@acme.example' });
    };
    await dispatch(path, await read(path)).expect(303);
    expect(await accepted(path)).toEqual({ accepted: 1 });
    expect(bodies().length).toBeGreaterThan(1);
    expect(new Set(bodies()).size).toBe(1);
    await test.db.query(`update emails set state = 'failed' where send_id = $1`, [path.split('/').at(-1)]);
    await post(`${path}/retry`, {}).expect(303);
    expect(await accepted(path)).toEqual({ accepted: 1 });
    expect(new Set(mails().map(({ from, reply_to }) => `${from} ${reply_to}`))).toEqual(
      new Set([`${ownFrom} jobs@acme.example`]),
    );
  });

  it('name the contact on the candidate’s page', async () => {
    await save(own);
    const path = await draft();
    await dispatch(path, await read(path)).expect(303);
    await accepted(path);
    const [{ token }] = await test.db.query<[{ token: string }]>(
      'select l.token from emails e join booking_links l on l.id = e.booking_link_id where e.send_id = $1',
      [path.split('/').at(-1)],
    );
    expect((await test.asha.agent.get(`/i/${token}`).expect(200)).text).toContain('jobs@acme.example');
  });
});
