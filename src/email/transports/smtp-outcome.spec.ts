import { smtpOutcome, type SmtpFault } from './smtp-outcome.js';

describe('smtpOutcome', () => {
  it.each<[string, SmtpFault, boolean, string]>([
    ['a refused recipient', { code: 'EENVELOPE', command: 'RCPT TO', responseCode: 550 }, false, 'refused'],
    ['a refused message', { code: 'EMESSAGE', command: 'DATA', responseCode: 554 }, true, 'refused'],
    ['a greylisted recipient', { code: 'EENVELOPE', command: 'RCPT TO', responseCode: 451 }, false, 'deferred'],
    ['a full queue after the content', { code: 'EMESSAGE', command: 'DATA', responseCode: 452 }, true, 'deferred'],
    ['a wrong order of commands', { code: 'EENVELOPE', command: 'MAIL FROM', responseCode: 503 }, false, 'deferred'],
    ['a server that closes', { code: 'EENVELOPE', command: 'MAIL FROM', responseCode: 421 }, false, 'busy'],
    ['a wrong password', { code: 'EAUTH', command: 'AUTH PLAIN', responseCode: 535 }, false, 'paused'],
    ['a missing sign-in', { code: 'EENVELOPE', command: 'MAIL FROM', responseCode: 530 }, false, 'paused'],
    ['no greeting', { code: 'EPROTOCOL', command: 'CONN', responseCode: 554 }, false, 'paused'],
    ['a refused connection', { code: 'ESOCKET', command: 'CONN' }, false, 'paused'],
    ['an unknown host', { code: 'EDNS', command: 'CONN' }, false, 'paused'],
    ['a broken connection before the content', { code: 'ECONNECTION', command: 'CONN' }, false, 'paused'],
    ['an invalid recipient', { code: 'EENVELOPE', command: 'API' }, false, 'refused'],
    ['a broken connection after the content', { code: 'ECONNECTION', command: 'CONN' }, true, 'unclear'],
    ['a timeout after the content', { code: 'ETIMEDOUT', command: 'CONN' }, true, 'unclear'],
    [
      'a server that closes after the content',
      { code: 'ECONNECTION', command: 'CONN', responseCode: 421 },
      true,
      'unclear',
    ],
    ['an abort after the content', { code: 'EABORT' }, true, 'unclear'],
    ['something new after the content', {}, true, 'unclear'],
  ])('reads %s', (_, fault, contentBegun, kind) => {
    expect(smtpOutcome(fault, contentBegun).kind).toBe(kind);
  });

  it('says it in the words of the server, on one line', () => {
    const fault = { code: 'EENVELOPE', command: 'RCPT TO', responseCode: 550, response: '550 5.1.1\r\nno such user' };
    expect(smtpOutcome(fault, false)).toMatchObject({ reason: 'The mail server refused it: 550 5.1.1 no such user.' });
  });
});
