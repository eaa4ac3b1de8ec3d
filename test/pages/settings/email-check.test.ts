import { load } from 'cheerio';
import { SMTPServer } from 'smtp-server';
import type { AddressInfo } from 'node:net';
import { startApp, type TestApp } from '../../support/app.js';
import { ResendServer } from '../../support/resend-server.js';

const path = '/app/settings/email';

describe('a look at how mail leaves', () => {
  describe('through Resend', () => {
    let resend: ResendServer;
    let app: TestApp;

    beforeAll(async () => {
      resend = await ResendServer.start();
      resend.domains = [{ name: 'acme.example', status: 'verified' }];
      app = await startApp({
        EMAIL_TRANSPORT: 'resend',
        EMAIL_FROM: 'Acme <interviews@acme.example>',
        RESEND_API_KEY: 're_test',
        RESEND_BASE_URL: resend.url,
      });
    });
    afterAll(async () => {
      await app?.stop();
      await resend?.stop();
    });

    it('says whether the domain is verified, and does not ask with every look', async () => {
      await setup(app);
      expect(await setup(app)).toContain('Ready Resend has verified acme.example.');
      expect(resend.looks.map(({ method, path }) => `${method} ${path}`)).toEqual(['GET /domains?limit=100']);
    });

    it('sends a test to whoever asks for it, and to nobody else', async () => {
      await app.asha.agent.post(`${path}/test`).expect(303).expect('Location', path);
      expect(await flash(app)).toBe('On its way. The test was taken for asha@acme.example. Look into that mailbox.');
      expect(resend.sent).toMatchObject([{ to: 'asha@acme.example', subject: 'A test from Interlude' }]);
    });

    it('says why a test was not taken', async () => {
      resend.failNext({ status: 403, body: { statusCode: 403, name: 'validation_error', message: 'Not verified' } });
      await app.asha.agent.post(`${path}/test`).expect(303);
      expect(await flash(app)).toMatch(/^The test did not go out\. \S/);
    });

    it('is for admins, from our own pages', async () => {
      const sent = resend.sent.length;
      for (const person of [app.ben, app.dana]) {
        await person.agent.post(`${path}/test`).expect(403);
      }
      await app.asha.agent.post(`${path}/test`).set('Origin', 'https://evil.example').expect(403);
      await app.visitor().post(`${path}/test`).expect(303);
      expect(resend.sent).toHaveLength(sent);
    });
  });

  describe('through a mail server', () => {
    let server: SMTPServer;
    let app: TestApp;

    beforeAll(async () => {
      server = new SMTPServer({
        authOptional: true,
        disabledCommands: ['STARTTLS'],
        onAuth: ({ password }, _session, done) => done(password === 'good' ? null : new Error('No'), { user: 'x' }),
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.server.address() as AddressInfo;
      app = await startApp({
        EMAIL_TRANSPORT: 'smtp',
        EMAIL_FROM: 'Acme <interviews@acme.example>',
        SMTP_URL: `smtp://acme:wrong@127.0.0.1:${port}?ignoreTLS=true`,
      });
    });
    afterAll(async () => {
      await app?.stop();
      await new Promise<void>((resolve) => server.close(resolve));
    });

    it('says that the password is refused', async () => {
      const text = await setup(app);
      expect(text).toMatch(
        /Does not work The mail server at 127\.0\.0\.1, port \d+, refuses the name or password\. Check SMTP_URL\./,
      );
      expect(text).not.toContain('wrong');
    });
  });

  describe('where mail is captured', () => {
    let app: TestApp;

    beforeAll(async () => {
      app = await startApp();
    });
    afterAll(() => app.stop());

    it('says that none leaves, and a test says the same', async () => {
      expect(await setup(app)).toContain('Look at this Mail is captured: none leaves this server.');
      await app.asha.agent.post(`${path}/test`).expect(303);
      expect(await flash(app)).toBe('Nothing was sent. Mail is captured on this server.');
    });
  });
});

async function setup(app: TestApp): Promise<string> {
  const $ = load((await app.asha.agent.get(path).expect(200)).text);
  return $('section[aria-labelledby=setup-title]').text().replaceAll(/\s+/g, ' ');
}

async function flash(app: TestApp): Promise<string> {
  const $ = load((await app.asha.agent.get(path).expect(200)).text);
  return $('#flash').text().replaceAll(/\s+/g, ' ').trim();
}
