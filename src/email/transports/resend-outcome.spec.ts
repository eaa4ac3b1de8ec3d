import * as fc from 'fast-check';
import { resendOutcome } from './resend-outcome.js';

function refusal(statusCode: number | null | undefined, name: string, headers: Record<string, string> = {}) {
  return resendOutcome({ data: null, error: { statusCode, name, message: 'Because' }, headers }, 2);
}

describe('resendOutcome', () => {
  it.each([
    [400, 'validation_error', 'refused'],
    [400, 'invalid_idempotency_key', 'refused'],
    [413, 'application_error', 'refused'],
    [422, 'missing_required_field', 'refused'],
    [422, 'a_new_name', 'refused'],
    [401, 'missing_api_key', 'paused'],
    [401, 'restricted_api_key', 'paused'],
    [403, 'invalid_api_key', 'paused'],
    [403, 'suspended_api_key', 'paused'],
    [403, 'validation_error', 'paused'],
    [403, 'email_above_quota', 'paused'],
    [403, 'application_error', 'unclear'],
    [404, 'not_found', 'paused'],
    [405, 'method_not_allowed', 'paused'],
    [408, 'timeout', 'unclear'],
    [409, 'concurrent_idempotent_requests', 'unclear'],
    [409, 'resource_locked', 'unclear'],
    [409, 'invalid_idempotent_request', 'conflict'],
    [429, 'rate_limit_exceeded', 'busy'],
    [429, 'a_new_name', 'busy'],
    [429, 'daily_quota_exceeded', 'paused'],
    [429, 'monthly_quota_exceeded', 'paused'],
    [451, 'security_error', 'paused'],
    [500, 'internal_server_error', 'unclear'],
    [503, 'service_unavailable', 'unclear'],
    [302, 'moved', 'unclear'],
    [null, 'application_error', 'unclear'],
    [undefined, 'validation_error', 'unclear'],
    [undefined, 'rate_limit_exceeded', 'busy'],
  ] as const)('reads %s %s as %s', (status, name, kind) => {
    expect(refusal(status, name).kind).toBe(kind);
  });

  it('reads how long to wait, in seconds or as a date, and never waits longer than an hour', () => {
    const inTwoSeconds = new Date(Date.now() + 2_000).toUTCString();
    const wait = (headers: Record<string, string>) =>
      (refusal(429, 'rate_limit_exceeded', headers) as { retryAfterMs: number | null }).retryAfterMs;
    expect(wait({ 'retry-after': '3' })).toBe(3000);
    expect(wait({ 'retry-after': '0.5', 'ratelimit-reset': '9' })).toBe(500);
    expect(wait({ 'ratelimit-reset': '9' })).toBe(9000);
    expect(wait({ 'retry-after': inTwoSeconds })).toBeLessThanOrEqual(2000);
    expect(wait({ 'retry-after': '99999' })).toBe(3_600_000);
    expect(wait({ 'retry-after': 'soon' })).toBeNull();
    expect(wait({})).toBeNull();
  });

  it('deals the ids out past the refused mails', () => {
    const data = { data: [{ id: 'a' }, { id: 'c' }], errors: [{ index: 1, message: 'Invalid `to` field.' }] };
    expect(resendOutcome({ data, error: null }, 3)).toEqual({
      kind: 'answered',
      items: [
        { accepted: true, providerId: 'a' },
        { accepted: false, code: 'refused', reason: 'Resend refused it: Invalid `to` field.' },
        { accepted: true, providerId: 'c' },
      ],
    });
  });

  it.each([
    ['too few ids', { data: [{ id: 'a' }] }],
    ['too many ids', { data: [{ id: 'a' }, { id: 'b' }, { id: 'c' }] }],
    ['no ids', { data: [{}, {}] }],
    ['a refusal of a mail that is not there', { data: [{ id: 'a' }], errors: [{ index: 7, message: 'x' }] }],
    ['a refusal without a place', { data: [{ id: 'a' }], errors: [{ message: 'x' }] }],
    ['nothing', null],
    ['a page', '<html>'],
  ])('believes no answer with %s', (_, data) => {
    expect(resendOutcome({ data, error: null }, 2).kind).toBe('unclear');
  });

  it('takes anything without falling over, and calls nothing accepted that it cannot read', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (data, error) => {
        const outcome = resendOutcome({ data, error }, 2);
        expect(outcome.kind).not.toBe('answered');
      }),
    );
  });
});
