import { load } from 'cheerio';
import type { Response } from 'supertest';
import { type Sandbox, startSandbox } from '../../../src/sandbox/sandbox.js';
import { startApp, testPassword, type TestApp, type TestPerson } from '../../support/app.js';

const tokens = '/app/settings/api-tokens';
const calCom = '/app/settings/cal-com';
const typed = { name: 'Applicant tracker', scope: 'send', days: '30' };

describe('asking for the password again', () => {
  let sandbox: Sandbox;
  let test: TestApp;

  beforeAll(async () => {
    [sandbox, test] = await Promise.all([startSandbox(), startApp({ CAL_COM_ALLOWED_HOSTS: '127.0.0.1' })]);
  });
  beforeEach(() => test.db.query('delete from api_tokens; delete from cal_com_configs'));
  afterAll(async () => {
    await test.stop();
    await sandbox.stop();
  });

  /** As if whoever it is had shown the password so long ago. */
  const shownAgo = (minutes: number, { actor } = test.asha) =>
    test.db.query(
      `update sessions set sess = jsonb_set(sess, '{confirmedAt}', to_jsonb($2::int8)) where sess ->> 'userId' = $1`,
      [actor.userId, Date.now() - minutes * 60_000],
    );
  const make = (form: object, { agent }: TestPerson = test.asha) =>
    agent
      .post(tokens)
      .type('form')
      .send({ ...typed, ...form });
  const read = async (path: string) => load((await test.asha.agent.get(path).expect(200)).text);
  const made = async () => (await test.db.query<unknown[]>('select 1 from api_tokens where revoked_at is null')).length;
  const faultIn = ({ text }: Response, field = 'confirmPassword') => load(text)(`#${field}-error`).text();
  const cookie = async () =>
    String((await test.asha.agent.get('/app/account').expect(200)).headers['set-cookie']).split(';')[0]!;

  it('spares whoever has just signed in', async () => {
    await shownAgo(14);
    for (const path of [tokens, calCom]) {
      expect((await read(path))('[name=confirmPassword]')).toHaveLength(0);
    }
    await make({}).expect(201);
  });

  it('asks after 15 minutes, and keeps what was typed', async () => {
    await shownAgo(16);
    const field = (await read(tokens))('form #confirmPassword');
    expect(field.attr()).toMatchObject({ type: 'password', autocomplete: 'current-password', required: '' });
    const empty = await make({}).expect(422);
    expect(faultIn(empty)).toContain('Enter your password: you signed in a while ago.');
    const wrong = await make({ confirmPassword: 'a guess' }).expect(422);
    expect(faultIn(wrong)).toContain('This is not your password.');
    const $ = load(wrong.text);
    expect($('.notice a[href="#confirmPassword"]')).toHaveLength(1);
    expect([$('#name').val(), $('#scope-send').is(':checked'), $('#days').val()]).toEqual([typed.name, true, '30']);
    expect(wrong.text).not.toContain('a guess');
    expect(await made()).toBe(0);
  });

  it('takes the right one for 15 minutes, in a session of another id', async () => {
    await shownAgo(16);
    const before = await cookie();
    await make({ confirmPassword: testPassword }).expect(201);
    expect(await cookie()).not.toBe(before);
    const stolen = await test.visitor().get('/app/account').set('Cookie', before);
    expect(stolen.headers['location']).toContain('/sign-in');
    await make({ name: 'Another' }).expect(201);
    await shownAgo(16);
    await make({ name: 'A third' }).expect(422);
  });

  it('does not ask twice where something else is wrong', async () => {
    await shownAgo(16);
    const answer = await make({ name: '', confirmPassword: testPassword }).expect(422);
    const $ = load(answer.text);
    expect($('#name-error').text()).toContain('Give the token a name');
    expect($('[name=confirmPassword]')).toHaveLength(0);
  });

  it('asks before a token is revoked', async () => {
    await make({}).expect(201);
    const [{ id }] = await test.db.query<[{ id: string }]>('select id from api_tokens');
    const revoke = (form: object) => test.asha.agent.post(`${tokens}/${id}/revocation`).type('form').send(form);
    await shownAgo(16);
    expect((await read(`${tokens}/${id}`))('form #confirmPassword')).toHaveLength(1);
    expect(faultIn(await revoke({}).expect(422))).toContain('Enter your password');
    expect(await made()).toBe(1);
    await revoke({ confirmPassword: testPassword }).expect(303);
    expect(await made()).toBe(0);
  });

  it('asks before the key of Cal.com changes, and says that the key is to be entered again', async () => {
    const connect = (form: object) =>
      test.asha.agent
        .post(calCom)
        .type('form')
        .send({ apiKey: sandbox.apiKey, apiUrl: sandbox.apiUrl, ...form });
    await shownAgo(16);
    const answer = await connect({}).expect(422);
    const $ = load(answer.text);
    expect(faultIn(answer)).toContain('Enter your password');
    expect($('#apiUrl').val()).toBe(sandbox.apiUrl);
    expect($('#apiKey-error').text()).toContain('Enter the key again: this page does not keep it.');
    expect(answer.text).not.toContain(sandbox.apiKey);
    expect(sandbox.requests).toHaveLength(0);
    await connect({ confirmPassword: testPassword }).expect(303);
  });

  it('asks before Cal.com is disconnected', async () => {
    await shownAgo(0);
    await test.asha.agent
      .post(calCom)
      .type('form')
      .send({ apiKey: sandbox.apiKey, apiUrl: sandbox.apiUrl })
      .expect(303);
    const disconnect = (form: object) => test.asha.agent.post(`${calCom}/disconnection`).type('form').send(form);
    await shownAgo(16);
    expect((await read(calCom))('details[open]')).toHaveLength(0);
    const refused = await disconnect({ disconnectionPassword: 'a guess' }).expect(422);
    expect(faultIn(refused, 'disconnectionPassword')).toContain('This is not your password.');
    const $ = load(refused.text);
    expect($('details[open] #disconnectionPassword')).toHaveLength(1);
    expect($('#confirmPassword-error')).toHaveLength(0);
    await disconnect({ disconnectionPassword: testPassword }).expect(303);
    expect((await read(calCom))('.notice').text()).toContain('Not connected yet.');
  });

  it('is not spared by what needs no password', async () => {
    await shownAgo(16);
    await test.asha.agent.post('/app/account/sessions/revocation').expect(303);
    await make({}).expect(422);
  });

  it('lets nobody guess', async () => {
    await shownAgo(16, test.cleo);
    for (let wrong = 0; wrong < 10; wrong += 1) {
      await make({ confirmPassword: `guess ${wrong}` }, test.cleo).expect(422);
    }
    await test.db.query(`insert into memberships (org_id, user_id, role) values ($1, $2, 'admin')`, [
      test.acme.orgId,
      test.cleo.actor.userId,
    ]);
    const organization = test.acme.orgId;
    await test.cleo.agent.post('/app/account/organization').type('form').send({ organization }).expect(303);
    const refused = await make({ confirmPassword: testPassword }, test.cleo).expect(429);
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    expect(await made()).toBe(0);
    const elsewhere = { currentPassword: 'guess', newPassword: 'something else entirely' };
    await test.cleo.agent.post('/app/account/password').type('form').send(elsewhere).expect(429);
  });
});
