import { load } from 'cheerio';
import { PinoLogger } from 'nestjs-pino';
import { symbols } from 'pino';
import request from 'supertest';
import { api } from '../../support/api.js';
import { startScheduling, type SchedulingTest } from '../../support/scheduling.js';

const path = '/app/settings/api-tokens';
const candidates = `${api}/candidates`;
const unknown = '00000000-0000-4000-8000-000000000000';

describe('API tokens', () => {
  let test: SchedulingTest;
  let log = '';

  beforeAll(async () => {
    test = await startScheduling();
    const { [symbols.streamSym]: stream } = PinoLogger.root as unknown as Record<
      symbol,
      { write(line: string): boolean }
    >;
    jest.spyOn(stream!, 'write').mockImplementation((line) => Boolean((log += line)));
    PinoLogger.root.level = 'trace';
  });
  beforeEach(() => test.db.query('delete from api_tokens'));
  afterAll(() => test.stop());

  const post = (form: object, { agent } = test.asha) => agent.post(path).type('form').send(form);
  const read = async () => load((await test.asha.agent.get(path).expect(200)).text);
  const make = async (name: string, scope = 'read', person = test.asha): Promise<string> => {
    const answer = await post({ name, scope, days: '' }, person).expect(201);
    return load(answer.text)('#made-token code').text();
  };
  const idOf = async (name: string) =>
    (await test.db.query<[{ id: string }]>('select id from api_tokens where name = $1', [name]))[0].id;
  /** A program: no cookie, no Origin. */
  const program = (token: string, method: 'get' | 'post' | 'put' = 'get', to = candidates) =>
    request(test.url)[method](to).set('Authorization', `Bearer ${token}`);
  const refused = async (asked: request.Test) => {
    const answer = await asked.expect(401).expect('WWW-Authenticate', 'Bearer');
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    return answer.body as object;
  };

  describe('on their page', () => {
    it('are shown once, and kept as a hash', async () => {
      const answer = await post({ name: ' Applicant  tracker ', scope: 'send', days: '30' }).expect(201);
      const $ = load(answer.text);
      const token = $('#made-token code').text();
      expect(token).toMatch(/^ilt_[\w-]{43}$/);
      expect($('#made').text()).toBe('The token of Applicant tracker');
      expect(answer.headers['cache-control']).toBe('no-store');
      const again = await post({ name: 'applicant TRACKER', scope: 'send', days: '30' }).expect(422);
      expect(load(again.text)('#name-error').text()).toContain('There is a token of this name.');
      const list = await read();
      const row = list('tbody tr').text();
      expect(row).toContain('Applicant tracker');
      expect(row).toContain(`Send · ilt_…${token.slice(-4)}`);
      expect(row).toContain('by Asha Menon');
      expect(row).toContain('Last used: Never');
      expect(row).toMatch(/Expires: .*UTC\+/);
      const [stored] = await test.db.query<[{ row: string; sessions: string; days: number }]>(
        `select t::text "row", (select string_agg(s::text, ' ') from sessions s) sessions,
                extract(day from expires_at - created_at)::int days from api_tokens t`,
      );
      expect(stored.days).toBe(30);
      const secret = token.slice(4, -4);
      for (const place of [again.text, list.html(), stored.row, stored.sessions, answer.headers['set-cookie'], log]) {
        expect(String(place)).not.toContain(secret);
      }
    });

    it.each([
      ['name', ''],
      ['name', 'x'.repeat(61)],
      ['name', 'a\nb'],
      ['scope', ''],
      ['scope', 'admin'],
      ['days', '0'],
      ['days', '3651'],
      ['days', 'soon'],
    ])('are refused with the %s %j: what was typed stays', async (field, value) => {
      const typed = { name: 'Tracker', scope: 'send', days: '7' };
      const $ = load((await post({ ...typed, [field]: value }).expect(422)).text);
      expect($('#errors a').attr('href')).toBe(`#${field}`);
      expect($(`#${field}-error`).length).toBe(1);
      const after = {
        name: $('#name').val(),
        scope: $('[name=scope]:checked').val() ?? '',
        days: $('#days').val(),
      };
      expect(after).toEqual({ ...typed, [field]: field === 'scope' ? '' : value });
      expect(await test.db.query('select 1 from api_tokens')).toEqual([]);
    });

    it('are refused without a form, and with lists', async () => {
      await test.asha.agent.post(path).expect(422);
      await test.asha.agent.post(path).type('form').send('name[a]=1&scope=read&scope=send&days[]=1').expect(422);
      await test.asha.agent.post(path).type('form').send('name=a&scope=read&days[]=1').expect(422);
    });

    it('are revoked after a look at them, and leave the list', async () => {
      const token = await make('Tracker');
      await program(token).expect(200);
      const href = (await read())('tbody a.btn').attr('href')!;
      const page = load((await test.asha.agent.get(href).expect(200)).text);
      expect(page('main').text()).toContain('This cannot be undone.');
      await program(token).expect(200);
      const action = page('main form').attr('action')!;
      await test.asha.agent.post(action).expect(303).expect('Location', path);
      await refused(program(token));
      const list = await read();
      expect(list('#flash').text()).toContain('Tracker opens nothing any more.');
      expect(list('tbody tr').length).toBe(0);
      const after = load((await test.asha.agent.get(href).expect(200)).text);
      expect(after('main').text()).toMatch(/Revoked.*by Asha Menon/);
      expect(after('main form').length).toBe(0);
      await test.asha.agent.post(action).expect(303);
      expect((await read())('#flash').text()).toContain('It was revoked already.');
      expect(await make('Tracker')).not.toBe(token);
    });

    it('belong to an organization and to its admins', async () => {
      await make('Tracker');
      const own = `${path}/${await idOf('Tracker')}`;
      for (const { agent } of [test.ben, test.dana]) {
        await agent.get(path).expect(403);
        await agent.post(path).type('form').send({ name: 'x', scope: 'read' }).expect(403);
        await agent.get(own).expect(403);
        await agent.post(`${own}/revocation`).expect(403);
      }
      for (const id of [await idOf('Tracker'), unknown, 'x']) {
        await test.cleo.agent.get(`${path}/${id}`).expect(404);
        await test.cleo.agent.post(`${path}/${id}/revocation`).expect(404);
      }
      const foreign = { Origin: 'https://evil.example' };
      await test.asha.agent.post(path).set(foreign).type('form').send({ name: 'x', scope: 'read' }).expect(403);
      await test.asha.agent.post(`${own}/revocation`).set(foreign).expect(403);
      expect((await read())('tbody tr').length).toBe(1);
      expect(load((await test.cleo.agent.get(path).expect(200)).text)('tbody tr').length).toBe(0);
    });

    it('outlive the membership of whoever made them, and say so', async () => {
      const token = await make('Tracker');
      const { orgId, userId } = test.dana.actor;
      await test.db.query('update api_tokens set created_by = $1', [userId]);
      await test.db.query('delete from memberships where user_id = $1', [userId]);
      try {
        await program(token).expect(200);
        expect((await read())('tbody tr').text()).toContain('by Dana Ruiz, no longer a member');
      } finally {
        await test.db.query(`insert into memberships (org_id, user_id, role) values ($1, $2, 'scheduler')`, [
          orgId,
          userId,
        ]);
      }
    });
  });

  describe('on the JSON API', () => {
    it('open it without a session and without an Origin, each as far as its scope goes', async () => {
      const ids = await test.ids(1);
      const [reads, sends] = [await make('Reads'), await make('Sends', 'send')];
      const answer = await program(reads).expect(200);
      expect(answer.body.data.length).toBeGreaterThan(10);
      expect(answer.headers['set-cookie']).toBeUndefined();
      const refusal = await program(reads, 'post', `${api}/send-emails`).send({ invitation_ids: ids }).expect(403);
      expect(refusal.body.detail).toMatch(/^Your token does not allow this\./);
      const sent = await program(sends, 'post', `${api}/send-emails`).send({ invitation_ids: ids }).expect(202);
      expect(sent.body.queued).toBe(1);
      const page = load((await test.asha.agent.get(`/app/sends/${sent.body.send_id}`).expect(200)).text);
      expect(page('main').text()).toContain('By a program');
    });

    it('answer every other token in the same way', async () => {
      const token = await make('Expires');
      const revoked = await make('Revoked');
      await test.asha.agent.post(`${path}/${await idOf('Revoked')}/revocation`).expect(303);
      await test.db.query(`update api_tokens set expires_at = clock_timestamp() where name = 'Expires'`);
      const answers = [
        await refused(program(token)),
        await refused(program(revoked)),
        await refused(program(`ilt_${'A'.repeat(43)}`)),
        await refused(program('')),
        await refused(program(`${token}x`)),
        await refused(program(` ${token}`)),
        await refused(program("' or 1=1 --")),
        await refused(request(test.url).get(candidates)),
        await refused(request(test.url).get(candidates).set('Authorization', 'Basic YTpi')),
      ];
      expect(new Set(answers.map((body) => JSON.stringify(body))).size).toBe(1);
      expect((await read())('tbody tr').first().text()).toContain('Expired');
    });

    it('know the scheme in any case', async () => {
      const token = await make('Tracker');
      await request(test.url).get(candidates).set('Authorization', `bearer ${token}`).expect(200);
    });

    it('open no page', async () => {
      const token = await make('Manages', 'manage');
      for (const page of ['/app/scheduling', path, '/api/docs', '/api/docs/', '/API/DOCS']) {
        const { status } = await program(token, 'get', page);
        expect([page, status === 303 || status === 401]).toEqual([page, true]);
      }
      await program(token, 'get', '/api/docs/openapi.json').expect(200);
      const { headers } = await program(token, 'post', path).type('form').send({ name: 'x', scope: 'manage' });
      expect(headers['location']).toBe('/sign-in');
    });

    it('are not mixed with a session', async () => {
      const token = await make('Tracker');
      const both = await test.asha.agent.get(candidates).set('Authorization', `Bearer ${token}`).expect(400);
      expect(both.body.detail).toBe('Send a token or the cookie of a session, not both.');
      await test.asha.agent.get(candidates).set('Authorization', 'Bearer x').expect(400);
      const page = await test.asha.agent.get('/app/scheduling').set('Authorization', 'Bearer x');
      expect(page.status).toBe(200);
    });

    it('come from another site no more than a session does', async () => {
      const token = await make('Sends', 'send');
      const asked = program(token, 'post', `${api}/send-emails`).set('Origin', 'https://evil.example');
      await asked.send({ invitation_ids: [] }).expect(403);
    });

    it('note when they were used, at most once a minute', async () => {
      const token = await make('Tracker');
      const usedAt = async () =>
        (await test.db.query<[{ at: string }]>('select last_used_at::text at from api_tokens'))[0].at;
      expect(await usedAt()).toBeNull();
      await program(token).expect(200);
      const first = await usedAt();
      await program(token).expect(200);
      expect(await usedAt()).toBe(first);
      await test.db.query(`update api_tokens set last_used_at = last_used_at - interval '61 seconds'`);
      await program(token).expect(200);
      expect((await usedAt()) > first).toBe(true);
      expect((await read())('tbody tr').text()).toMatch(/Last used: Today/);
    });

    it('have Idempotency-Keys of their own', async () => {
      const [first, second] = await test.ids(2);
      const [one, other] = [await make('One', 'send'), await make('Other', 'send')];
      const send = (token: string, id: string) =>
        program(token, 'post', `${api}/send-emails`)
          .set('Idempotency-Key', 'k-1')
          .send({ invitation_ids: [id] });
      const done = await send(one, first!).expect(202);
      expect((await send(one, first!).expect(202)).body).toEqual(done.body);
      await send(one, second!).expect(409);
      const theirs = await send(other, second!).expect(202);
      expect(theirs.body.send_id).not.toBe(done.body.send_id);
      await test.settled(theirs.body.send_id);
      const persons = await test.dana.agent
        .post(`${api}/send-emails`)
        .set('Idempotency-Key', 'k-1')
        .send({ invitation_ids: [second] })
        .expect(202);
      expect(persons.body.skipped).toEqual([{ invitation_id: second, reason: 'recent' }]);
    });

    it('stand in the log by their id, never themselves', async () => {
      const token = await make('Log reader');
      log = '';
      await program(token).expect(200);
      await refused(program(`${token}x`));
      await program(token, 'put', '/api/admin/invitations').send({ token }).expect(403);
      await program(token, 'post', `${api}/send-emails`)
        .type('json')
        .set('Content-Type', 'application/json')
        .send(`{"${token}`)
        .expect(400);
      const lines = log
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as { apiTokenId?: string; req?: { path: string } });
      expect(lines.find(({ req }) => req?.path === candidates)).toMatchObject({
        apiTokenId: await idOf('Log reader'),
      });
      expect(log).not.toContain(token.slice(4, -4));
      expect(log.toLowerCase()).not.toContain('bearer');
    });
  });
});
