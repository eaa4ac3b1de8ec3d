import { smtpServer } from './smtp-server.js';

describe('smtpServer', () => {
  it.each([
    ['smtp://mail.acme.example', { host: 'mail.acme.example', port: 587, secure: false, requireTLS: false }],
    ['smtps://mail.acme.example', { port: 465, secure: true, requireTLS: false }],
    ['smtp://mail.acme.example:465', { port: 465, secure: true }],
    ['smtps://mail.acme.example:2465', { port: 2465, secure: true }],
    ['smtp://[::1]:2525', { host: '::1', port: 2525 }],
    ['smtp://a%40acme.example:p%3Aw%2F%25@mail.acme.example', { username: 'a@acme.example', password: 'p:w/%' }],
    ['smtp://user:100%@mail.acme.example', { password: '100%' }],
  ])('reads %s', (url, expected) => expect(smtpServer(url)).toMatchObject(expected));

  it.each([
    ['smtp://user:secret@mail.acme.example', true],
    ['smtp://user:secret@10.0.0.5', true],
    ['smtp://mail.acme.example?requireTLS=true', true],
    ['smtp://mail.acme.example', false],
    ['smtps://user:secret@mail.acme.example', false],
    ['smtp://user:secret@localhost', false],
    ['smtp://user:secret@127.0.0.1:25', false],
    ['smtp://user:secret@127.0.0.1.evil.example', true],
    ['smtp://user:secret@mail?requireTLS=false', false],
    ['smtp://user:secret@mail?ignoreTLS=true', false],
  ])('demands encryption of %s: %s', (url, requireTLS) => expect(smtpServer(url).requireTLS).toBe(requireTLS));

  it('takes any certificate only when told', () => {
    expect(smtpServer('smtps://mail').verifyCertificate).toBe(true);
    expect(smtpServer('smtps://mail?tls.rejectUnauthorized=false').verifyCertificate).toBe(false);
  });

  it('heeds nothing else in the address', () => {
    const odd = smtpServer('smtp://mail?maxRequeues=9&pool=false&debug=true&logger=true');
    expect(odd).toEqual(smtpServer('smtp://mail'));
  });
});
