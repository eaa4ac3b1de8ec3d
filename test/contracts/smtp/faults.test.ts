import { randomUUID } from 'node:crypto';
import { SMTPServer } from 'smtp-server';
import type { AddressInfo } from 'node:net';
import type { DeliveryOutcome } from '../../../src/email/transports/delivery-outcome.js';
import type { FrozenBatch, FrozenMail } from '../../../src/email/transports/mail-transport.js';
import { SmtpTransport } from '../../../src/email/transports/smtp.transport.js';
import { hangUp, SmtpPeer, type SmtpReply, type SmtpStep } from '../../support/smtp-peer.js';

const password = 'c0rrect+horse/battery==';
const encodedPassword = encodeURIComponent(password);
const secrets = [
  password,
  encodedPassword,
  Buffer.from(password).toString('base64'),
  Buffer.from(`\0asha\0${password}`).toString('base64'),
];

describe('a mail server that', () => {
  let peer: SmtpPeer;
  let transport: SmtpTransport;

  beforeEach(async () => {
    peer = await SmtpPeer.start();
    transport = new SmtpTransport(`smtp://asha:${encodedPassword}@${peer.address}`);
  });
  afterEach(async () => {
    await transport.close();
    await peer.stop();
  });

  const send = async (mail: Partial<FrozenMail> = {}, patienceMs = 5_000, mayGo?: () => Promise<boolean>) =>
    (await transport.deliver(batch(mail), AbortSignal.timeout(patienceMs), mayGo)).outcome;

  it('takes the mail', async () => {
    const frozen = batch();
    const { outcome } = await transport.deliver(frozen, AbortSignal.timeout(5_000));
    const providerId = `<${frozen.emailIds[0]}@acme.example>`;
    expect(outcome).toEqual({ kind: 'answered', items: [{ accepted: true, providerId }] });
    expect(peer.taken).toHaveLength(1);
    expect(peer.taken[0]).toContain(`Message-ID: ${providerId}`);
    expect(peer.lines).toContain('MAIL FROM:<interviews@acme.example>');
    expect(peer.lines).toContain('RCPT TO:<amara@people.example>');
  });

  const answers: readonly (readonly [string, SmtpStep, SmtpReply, DeliveryOutcome['kind'], string])[] = [
    ['refuses at the greeting', 'CONNECT', '554 5.3.2 Not today', 'paused', '554 5.3.2 Not today.'],
    ['is too busy at the greeting', 'CONNECT', '421 4.3.2 Too many', 'busy', '421 4.3.2 Too many.'],
    ['hangs up before the greeting', 'CONNECT', hangUp, 'paused', 'closes the connection at once.'],
    ['hangs up in the middle of the greeting', 'CONNECT', { end: '22' }, 'paused', 'cannot be reached'],
    ['speaks something else', 'CONNECT', 'HTTP/1.1 400 Bad Request', 'paused', 'HTTP/1.1 400 Bad Request'],
    ['hangs up at EHLO', 'EHLO', hangUp, 'paused', 'closes the connection at once.'],
    ['closes at EHLO', 'EHLO', '421 4.7.0 Closing', 'busy', '421 4.7.0 Closing.'],
    ['refuses the sign-in', 'AUTH', '535 5.7.8 Bad credentials', 'paused', 'does not accept our sign-in'],
    ['cannot check the sign-in', 'AUTH', '454 4.7.0 Later', 'paused', '454 4.7.0 Later.'],
    ['hangs up at the sign-in', 'AUTH', hangUp, 'paused', 'closes the connection at once.'],
    ['wants another sign-in', 'MAIL', '530 5.7.0 Authentication required', 'paused', 'does not accept our sign-in'],
    [
      'refuses the sender',
      'MAIL',
      '553 5.7.1 Not yours',
      'paused',
      'from this sender at the moment: 553 5.7.1 Not yours.',
    ],
    ['has no room', 'MAIL', '452 4.3.1 Insufficient storage', 'paused', '452 4.3.1 Insufficient storage.'],
    [
      'refuses the recipient',
      'RCPT',
      '550 5.1.1 Unknown',
      'refused',
      'There is no such mailbox. The mail server said: 550',
    ],
    [
      'does not relay',
      'RCPT',
      '554 5.7.1 Relay access denied',
      'refused',
      'refused it: 554 5.7.1 Relay access denied.',
    ],
    [
      'greylists',
      'RCPT',
      '450 4.2.0 Greylisted, see later',
      'deferred',
      'put it off: 450 4.2.0 Greylisted, see later.',
    ],
    ['finds the mailbox full for now', 'RCPT', '452 4.2.2 Over quota', 'deferred', 'The mailbox is full.'],
    ['hangs up at the recipient', 'RCPT', hangUp, 'deferred', 'closed the connection.'],
    ['closes at the recipient', 'RCPT', '421 4.7.0 Enough', 'busy', '421 4.7.0 Enough.'],
    ['puts DATA off', 'DATA', '451 4.3.0 Try later', 'deferred', '451 4.3.0 Try later.'],
    ['refuses DATA', 'DATA', '554 5.5.1 No', 'refused', '554 5.5.1 No.'],
    ['hangs up at DATA', 'DATA', hangUp, 'deferred', 'closed the connection.'],
    ['hangs up during the content', 'CONTENT', hangUp, 'unclear', 'broke before it said'],
    ['hangs up after the dot', 'DOT', hangUp, 'unclear', 'broke before it said'],
    ['hangs up in the middle of the last answer', 'DOT', { end: '250 2.0.0 Que' }, 'unclear', 'broke before it said'],
    ['hangs up in the middle of a refusal', 'DOT', { end: '554 5.7.1 Sp' }, 'unclear', 'broke before it said'],
    ['refuses the content', 'DOT', '554 5.7.1 Spam', 'refused', 'refused it: 554 5.7.1 Spam.'],
    ['finds the content too large', 'DOT', '552 5.3.4 Too big', 'refused', 'The mail is too large for the server.'],
    ['puts the content off', 'DOT', '451 4.7.1 Rate limited', 'deferred', '451 4.7.1 Rate limited.'],
    ['closes after the content', 'DOT', '421 4.3.0 Going down', 'busy', '421 4.3.0 Going down.'],
    [
      'answers in two lines',
      'RCPT',
      '550-5.1.1 The account\r\n550 5.1.1 does not exist',
      'refused',
      'There is no such mailbox.',
    ],
  ];

  it.each(answers)('%s', async (_, step, reply, kind, words) => {
    peer.replies[step] = [reply];
    const outcome = await send();
    expect(outcome).toMatchObject({ kind, reason: expect.stringContaining(words) as string });
    expect(peer.taken).toEqual([]);
    peer.replies = {};
    expect((await send()).kind).toBe('answered');
  });

  it.each([
    ['CONNECT', 'paused', 'it took too long to answer.'],
    ['AUTH', 'paused', 'it took too long to answer.'],
    ['RCPT', 'deferred', 'took too long to answer.'],
    ['DOT', 'unclear', 'took too long to say whether it took the mail.'],
  ] as const)('says nothing at %s is not waited for', async (step, kind, words) => {
    peer.replies[step] = ['hang'];
    const startedAt = performance.now();
    expect(await send({}, 300)).toMatchObject({ kind, reason: expect.stringContaining(words) as string });
    expect(performance.now() - startedAt).toBeLessThan(2_000);
  });

  it('knows no EHLO gets the mail all the same', async () => {
    peer.replies = { EHLO: ['502 5.5.1 What?'] };
    expect((await send()).kind).toBe('answered');
  });

  it('hung up on idle connections gets the next mail over a new one, once', async () => {
    await send();
    peer.hangUpOnAll();
    expect((await send()).kind).toBe('answered');
    expect(peer.taken).toHaveLength(2);
    expect(peer.connections).toBe(2);
  });

  it('hangs up when a used connection is used again gets the mail over a new one, once', async () => {
    await send();
    peer.replies = { MAIL: [hangUp, '250 2.1.0 Ok'] };
    expect((await send()).kind).toBe('answered');
    expect(peer.taken).toHaveLength(2);
  });

  it('hangs up after the content of a used connection does not get the mail again', async () => {
    await send();
    peer.replies = { DOT: [hangUp, '250 2.0.0 Ok'] };
    expect((await send()).kind).toBe('unclear');
    expect(peer.lines.filter((line) => line === 'DATA')).toHaveLength(2);
    expect(peer.taken).toHaveLength(1);
  });

  it('offers pipelining loses nothing of these answers', async () => {
    const EHLO: SmtpReply[] = ['250-peer\r\n250-PIPELINING\r\n250 AUTH PLAIN'];
    peer.replies = { EHLO, RCPT: ['550 5.1.1 Unknown'], DATA: ['554 5.5.1 No recipients'] };
    expect((await send()).kind).toBe('refused');
    peer.replies = {
      EHLO,
      MAIL: ['553 5.7.1 Not yours'],
      RCPT: ['503 5.5.1 MAIL first'],
      DATA: ['503 5.5.1 RCPT first'],
    };
    expect((await send()).kind).toBe('paused');
    peer.replies = { EHLO };
    expect((await send()).kind).toBe('answered');
    expect(peer.taken).toHaveLength(1);
  });

  describe('before a byte of the content', () => {
    it('is asked for, and not after the lease was lost', async () => {
      expect(await send({}, 5_000, async () => false)).toMatchObject({ kind: 'deferred', code: 'held_back' });
      expect(peer.taken).toEqual([]);
      expect(peer.lines).toContain('DATA');
    });

    it('nothing leaves when nobody can be asked', async () => {
      const broken = async () => Promise.reject(new Error('The database is away'));
      expect(await send({}, 5_000, broken)).toMatchObject({ kind: 'deferred', code: 'held_back' });
      expect(peer.taken).toEqual([]);
    });

    it('nothing is asked for a recipient that is refused', async () => {
      peer.replies = { RCPT: ['550 5.1.1 Unknown'] };
      let asked = 0;
      await send({}, 5_000, async () => (asked += 1) > 0);
      expect(asked).toBe(0);
      peer.replies = {};
      await send({}, 5_000, async () => (asked += 1) > 0);
      expect(asked).toBe(1);
    });
  });

  describe('repeats what it heard', () => {
    it.each(['EHLO', 'AUTH'] as const)('does not get our password into a reason (%s)', async (step) => {
      const plain = `AUTH PLAIN ${Buffer.from(`\0asha\0${password}`).toString('base64')}`;
      const said = `535 5.7.8 ${plain} (${password}, ${Buffer.from(password).toString('base64')})`;
      peer.replies =
        step === 'AUTH' ? { AUTH: [said] } : { EHLO: [`250-peer\r\n250 AUTH PLAIN`], AUTH: [{ end: `${said}\r\n` }] };
      const outcome = await send();
      expect(outcome).toMatchObject({ kind: 'paused', reason: expect.stringContaining('[secret]') as string });
      expect(secrets.filter((secret) => JSON.stringify(outcome).includes(secret))).toEqual([]);
    });
  });

  describe('cannot encrypt', () => {
    it('gets no password, unless the address says so', async () => {
      const elsewhere = `smtp://asha:${encodedPassword}@${peer.address}`;
      const strict = new SmtpTransport(`${elsewhere}?requireTLS=true`);
      const { outcome } = await strict.deliver(batch(), AbortSignal.timeout(5_000));
      expect(outcome).toMatchObject({ kind: 'paused', code: 'smtp_tls' });
      expect(peer.lines.some((line) => line.startsWith('AUTH'))).toBe(false);
      await strict.close();
    });
  });
});

describe('encryption', () => {
  let server: SMTPServer;
  let encrypted: boolean[];

  const start = async (secure: boolean) => {
    encrypted = [];
    // It warns of its built-in certificate, which nobody trusts: that is what is tested.
    const warning = jest.spyOn(console, 'error').mockReturnValue();
    server = new SMTPServer({
      secure,
      onAuth: (auth, session, done) => {
        encrypted.push(Boolean(session.secure));
        done(auth.password === password ? null : new Error('Wrong'), { user: 'asha' });
      },
      onData: (stream, _session, done) => stream.resume().on('end', () => done(null)),
    });
    warning.mockRestore();
    server.on('error', () => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `asha:${encodedPassword}@127.0.0.1:${(server.server.address() as AddressInfo).port}`;
  };
  const deliver = async (url: string) => {
    const transport = new SmtpTransport(url);
    const { outcome } = await transport.deliver(batch(), AbortSignal.timeout(5_000));
    await transport.close();
    return outcome;
  };
  afterEach(() => new Promise<void>((resolve) => server.close(() => resolve())));

  it.each([
    ['smtps', true],
    ['smtp', false],
  ] as const)('by %s holds for the password, and only with a certificate that is trusted', async (scheme, secure) => {
    const where = await start(secure);
    const outcome = await deliver(`${scheme}://${where}`);
    expect(outcome).toMatchObject({ kind: 'paused', code: 'smtp_tls' });
    expect(encrypted).toEqual([]);
    expect((await deliver(`${scheme}://${where}?tls.rejectUnauthorized=false`)).kind).toBe('answered');
    expect(encrypted).toEqual([true]);
  });

  it('is said to be the trouble when a plain server is spoken to in TLS', async () => {
    const where = await start(false);
    expect(await deliver(`smtps://${where}`)).toMatchObject({ kind: 'paused', code: 'smtp_tls' });
  });
});

function batch(mail: Partial<FrozenMail> = {}): FrozenBatch {
  const frozen: FrozenMail = {
    from: 'Acme Interviews <interviews@acme.example>',
    to: ['amara@people.example'],
    subject: 'Choose a time',
    html: '<p>Hi</p>',
    text: 'Hi\n',
    headers: {},
    tags: [],
    ...mail,
  };
  return { id: randomUUID(), body: JSON.stringify([frozen]), emailIds: [randomUUID()] };
}
