import * as fc from 'fast-check';
import type { SmtpProgress } from './smtp-content.js';
import { smtpOutcome, type SmtpFault } from './smtp-outcome.js';

const rcpt = (responseCode: number, response = ''): SmtpFault => ({
  code: 'EENVELOPE',
  command: 'RCPT TO',
  responseCode,
  response,
});
const data = (responseCode: number): SmtpFault => ({ code: 'EMESSAGE', command: 'DATA', responseCode });

describe('smtpOutcome', () => {
  it.each<[string, SmtpFault, SmtpProgress, string]>([
    [
      'a refused connection',
      { code: 'ESOCKET', originalCode: 'ECONNREFUSED', command: 'CONN' },
      'connecting',
      'paused',
    ],
    ['an unknown host', { code: 'EDNS', command: 'CONN' }, 'connecting', 'paused'],
    ['no greeting', { code: 'ETIMEDOUT', command: 'CONN' }, 'connecting', 'paused'],
    ['a greeting that refuses', { code: 'EPROTOCOL', command: 'CONN', responseCode: 554 }, 'connecting', 'paused'],
    ['a greeting that puts off', { code: 'EPROTOCOL', command: 'CONN', responseCode: 421 }, 'connecting', 'busy'],
    ['an end before the greeting', { code: 'ECONNECTION', command: 'CONN' }, 'connecting', 'paused'],
    ['a refused STARTTLS', { code: 'ETLS', command: 'STARTTLS', responseCode: 454 }, 'connecting', 'paused'],
    ['a wrong certificate', { code: 'ESOCKET', originalCode: 'CERT_HAS_EXPIRED' }, 'connecting', 'paused'],
    ['a wrong password', { code: 'EAUTH', command: 'AUTH PLAIN', responseCode: 535 }, 'connecting', 'paused'],
    ['a sign-in put off', { code: 'EAUTH', command: 'AUTH PLAIN', responseCode: 454 }, 'connecting', 'paused'],
    ['no way to sign in', { code: 'EAUTH', command: 'API' }, 'connecting', 'paused'],
    ['too slow a connection', { code: 'EABORT' }, 'connecting', 'paused'],

    ['a missing sign-in', { ...rcpt(530), command: 'MAIL FROM' }, 'envelope', 'paused'],
    ['a refused sender', { ...rcpt(550), command: 'MAIL FROM' }, 'envelope', 'paused'],
    ['a full disk', { ...rcpt(452), command: 'MAIL FROM' }, 'envelope', 'paused'],
    ['a server that closes', { ...rcpt(421), command: 'MAIL FROM' }, 'envelope', 'busy'],
    ['a refused recipient', rcpt(550), 'envelope', 'refused'],
    ['a recipient behind another server', rcpt(554), 'envelope', 'refused'],
    ['a greylisted recipient', rcpt(450), 'envelope', 'deferred'],
    ['a full mailbox', rcpt(452), 'envelope', 'deferred'],
    ['a relay that is not sure', rcpt(454), 'envelope', 'deferred'],
    ['a wrong order of commands', rcpt(503), 'envelope', 'deferred'],
    ['a server that has enough', rcpt(421), 'envelope', 'busy'],
    ['a refused DATA', { ...rcpt(554), command: 'DATA' }, 'envelope', 'refused'],
    ['an invalid recipient', { code: 'EENVELOPE', command: 'API' }, 'envelope', 'refused'],
    ['a mail larger than the server takes', { code: 'EMESSAGE', command: 'MAIL FROM' }, 'envelope', 'refused'],
    ['a broken connection before the content', { code: 'ECONNECTION', command: 'CONN' }, 'envelope', 'deferred'],
    [
      'half an answer before the end',
      { code: 'ECONNECTION', command: 'CONN', responseCode: 550 },
      'envelope',
      'deferred',
    ],
    ['too slow a server', { code: 'EABORT' }, 'envelope', 'deferred'],
    ['content that was held back', { code: 'ESTREAM', command: 'API' }, 'envelope', 'deferred'],

    ['a refused message', data(554), 'content', 'refused'],
    ['a message that is too large', data(552), 'content', 'refused'],
    ['a full queue after the content', data(452), 'content', 'deferred'],
    ['a server that closes after the content, and says so', data(421), 'content', 'busy'],
    ['a broken connection after the content', { code: 'ECONNECTION', command: 'CONN' }, 'content', 'unclear'],
    ['a reset after the content', { code: 'ESOCKET', originalCode: 'ECONNRESET' }, 'content', 'unclear'],
    ['a timeout after the content', { code: 'ETIMEDOUT', command: 'CONN' }, 'content', 'unclear'],
    [
      'half an answer after the content',
      { code: 'ECONNECTION', command: 'CONN', responseCode: 550 },
      'content',
      'unclear',
    ],
    ['a word out of turn after the content', { code: 'EPROTOCOL', responseCode: 554 }, 'content', 'unclear'],
    ['an abort after the content', { code: 'EABORT' }, 'content', 'unclear'],
    ['something new after the content', {}, 'content', 'unclear'],
  ])('reads %s', (_, fault, progress, kind) => {
    expect(smtpOutcome(fault, progress).kind).toBe(kind);
  });

  it.each([
    [rcpt(550, '550 5.1.1\r\nno such user'), 'There is no such mailbox. The mail server said: 550 5.1.1 no such user.'],
    [rcpt(550, '550 No such user here'), 'The mail server refused it: 550 No such user here.'],
    [rcpt(452, '452-4.2.2 Over quota'), 'The mailbox is full. The mail server said: 452-4.2.2 Over quota.'],
    [rcpt(450, '450 4.7.1 Greylisted\u0007 \u001b[31m'), 'The mail server put it off: 450 4.7.1 Greylisted [31m.'],
    [
      rcpt(556, '556 5.1.10 Null MX'),
      'The domain of this address takes no mail. The mail server said: 556 5.1.10 Null MX.',
    ],
  ])('says it in plain words, on one line: %j', (fault, reason) => {
    expect(smtpOutcome(fault, 'envelope')).toMatchObject({ reason });
  });

  it('never calls a mail refused, or sent again, when it may have gone out', () => {
    const fault = fc.record({
      code: fc.option(fc.constantFrom('ECONNECTION', 'ESOCKET', 'ETIMEDOUT', 'EPROTOCOL', 'EABORT', 'ESTREAM', 'X'), {
        nil: undefined,
      }),
      command: fc.option(fc.constantFrom('CONN', 'DATA', 'API'), { nil: undefined }),
      responseCode: fc.option(fc.integer({ min: 200, max: 599 }), { nil: undefined }),
      response: fc.option(fc.string(), { nil: undefined }),
      message: fc.option(fc.string(), { nil: undefined }),
    });
    fc.assert(fc.property(fault, (given) => expect(smtpOutcome(given, 'content').kind).toBe('unclear')));
  });
});
