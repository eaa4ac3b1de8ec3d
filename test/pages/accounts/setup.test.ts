import { randomBytes } from 'node:crypto';
import type { NestExpressApplication } from '@nestjs/platform-express';
import request from 'supertest';
import { readSettings } from '../../../src/config/read-settings.js';
import { createApp } from '../../../src/create-app.js';
import { createTestDatabase } from '../../support/database.js';

const environment = {
  PORT: '0',
  LOG_LEVEL: 'silent',
  ENCRYPTION_KEYS: `test:${randomBytes(32).toString('base64')}`,
  SESSION_SECRET: randomBytes(32).toString('base64url'),
};
const admin = {
  organizationName: 'Acme',
  name: 'Asha Menon',
  email: 'asha@acme.example',
  password: 'correct horse battery',
};

describe('the first run', () => {
  let database: Awaited<ReturnType<typeof createTestDatabase>>;
  let replicas: NestExpressApplication[] = [];
  let printed = '';

  const start = async (more: Record<string, string> = {}) => {
    const app = await createApp(readSettings({ ...environment, ...more }), database.url);
    replicas.push(app);
    return app.init();
  };
  const post = (app: NestExpressApplication, token: string) =>
    request(app.getHttpServer())
      .post('/setup')
      .type('form')
      .send({ token, ...admin });

  beforeEach(async () => {
    database = await createTestDatabase();
    printed = '';
    jest.spyOn(process.stdout, 'write').mockImplementation((chunk) => Boolean((printed += String(chunk))));
  });
  afterEach(async () => {
    jest.restoreAllMocks();
    await Promise.all(replicas.map((app) => app.close()));
    replicas = [];
    await database.drop();
  });

  it('prints one token for all replicas, lets one of them win, and is gone afterwards', async () => {
    const [first, second] = await Promise.all([start(), start()]);
    const tokens = [...printed.matchAll(/setup\?token=(\S+)/g)].map((match) => match[1]!);
    expect(tokens).toHaveLength(1);
    await request(first.getHttpServer()).get('/setup').expect(200);
    await post(first, 'wrong').expect(422);
    const answers = await Promise.all([post(first, tokens[0]!), post(second, tokens[0]!), post(first, tokens[0]!)]);
    expect(answers.map((answer) => answer.status).toSorted()).toEqual([303, 404, 404]);
    await request(second.getHttpServer()).get(`/setup?token=${tokens[0]}`).expect(404);
    await post(second, tokens[0]!).expect(404);
    await request(second.getHttpServer()).post('/setup').type('form').send({}).expect(404);
  });

  it('keeps what was typed and says what is missing', async () => {
    const app = await start();
    const answer = await request(app.getHttpServer())
      .post('/setup')
      .type('form')
      .send({ token: 'x', ...admin, password: 'short' })
      .expect(422);
    expect(answer.text).toContain('at least 8 characters');
    expect(answer.text).toContain('value="Asha Menon"');
    expect(answer.text).not.toContain('value="short"');
    const nameless = { ...admin, name: ' ', organizationName: 'Acme\nBcc: all' };
    const refused = await request(app.getHttpServer())
      .post('/setup')
      .type('form')
      .send({ token: 'x', ...nameless })
      .expect(422);
    expect(refused.text).toContain('Enter your name.');
    expect(refused.text).toContain('The name must be one line.');
  });

  it('tells the hours in the zone that was chosen, and takes no zone that does not exist', async () => {
    const app = await start();
    const token = /setup\?token=(\S+)/.exec(printed)![1]!;
    const browser = request.agent(app.getHttpServer());
    const choose = (timeZone: string) =>
      browser
        .post('/setup')
        .type('form')
        .send({ token, ...admin, timeZone });
    const refused = await choose('Mars/Olympus').expect(422);
    expect(refused.text).toContain('Choose the time zone');
    await choose('Asia/Tokyo').expect(303);
    expect((await browser.get('/app/scheduling').expect(200)).text).toContain('Times are in Tokyo');
  });

  it('makes the admin of the environment once, however many replicas start', async () => {
    const headless = { ADMIN_EMAIL: admin.email, ADMIN_PASSWORD: admin.password, ORGANIZATION_NAME: 'Acme' };
    const [first] = await Promise.all([start(headless), start(headless)]);
    expect(printed).not.toContain('token');
    await request(first.getHttpServer()).get('/setup').expect(404);
    await request(first.getHttpServer()).post('/sign-in').type('form').send(admin).expect(303);
  });
});
