import { leaksIn } from './log-leaks.js';

describe('what no log may hold', () => {
  it.each([
    ['an e-mail address', 'duplicate key (email)=(mina.park@people.example)'],
    ['the link of a candidate', 'GET /i/AbCdEfGhIjKlMnOpQrStUv'],
    ['the token of a link', 'http://localhost:3000/setup?token=AbCdEfGhIjKlMnOpQrStUv'],
    ['the token of a link', 'GET /password-reset/AbCdEfGhIjKlMnOpQrStUv'],
    ['an API token', 'no such token ilt_AbCdEfGhIjKl'],
    ['a key of Resend', '{"key":"re_abcdefgh12"}'],
    ['a key of Cal.com', '{"key":"cal_live_abcdefgh12"}'],
    ['a secret of a webhook', 'whsec_AbCd'],
    ['a hash of a password', '$argon2id$v=19$m=32768'],
    ['a password in an address', 'postgres://interlude:secret@db/interlude'],
    ['a header', '{"headers":{"authorization":"Basic abc"}}'],
  ])('%s is found in %s', (kind, line) => {
    expect(leaksIn(`{"msg":"request completed"}\n${line}\n`, [])).toEqual([expect.stringContaining(`${kind}: `)]);
  });

  it('is what was sent, also where it was quoted', () => {
    const log = String.raw`{"msg":"fine"}
{"msg":"invalid input: \"a \\\"quoted\\\" note\""}
{"msg":"Kept secret 7"}`;
    const quoted = log.split('\n')[1]!;
    expect(leaksIn(log, ['Kept secret 7', String.raw`a \"quoted\" note`, 'never written'])).toEqual([
      `something that was sent or set: ${quoted}`,
      'something that was sent or set: {"msg":"Kept secret 7"}',
    ]);
  });

  it('is not what every line has', () => {
    const line =
      '{"level":30,"time":1795000000000,"req":{"id":"0b5f6c0e-5d2c-4d5e-9f6e-0c2f4f3f1a11","method":"GET","path":"/i/[token]"},"res":{"statusCode":200}}';
    expect(leaksIn(line, ['something else'])).toEqual([]);
  });
});
