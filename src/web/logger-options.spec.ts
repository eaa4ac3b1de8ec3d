import { redactedPath } from './logger-options.js';

describe('a path in the log', () => {
  it.each([
    ['/i/S3cr3t', '/i/[token]'],
    ['/I/S3cr3t', '/i/[token]'],
    ['/i/S3cr3t?from=mail', '/i/[token]'],
    ['/i/S3cr3t/unsubscribe', '/i/[token]/unsubscribe'],
    ['/i/S3cr3t/unsubscribe/reversal', '/i/[token]/unsubscribe/reversal'],
    ['/Invites/S3cr3t/membership', '/invites/[token]/membership'],
    ['//password-reset/S3cr3t', '/password-reset/[token]'],
    ['http://interlude.example/i/S3cr3t', '/i/[token]'],
    ['/app/scheduling?q=mina@people.example', '/app/scheduling'],
  ])('of %s is %s', (url, written) => {
    expect(redactedPath(url)).toBe(written);
  });
});
