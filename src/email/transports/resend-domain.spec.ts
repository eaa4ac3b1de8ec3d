import { domainHealth } from './resend-domain.js';

type Status = Parameters<typeof domainHealth>[0]['data'] extends infer D ? NonNullable<D> : never;
const domains = (...pairs: [string, string][]) => ({
  data: { data: pairs.map(([name, status]) => ({ name, status })) } as unknown as Status,
  error: null,
});
const refused = (name: string, statusCode: number | null) => ({ data: null, error: { name, statusCode } });

describe('whether Resend takes mail from a sender', () => {
  it.each([
    ['Acme <jobs@acme.example>', domains(['acme.example', 'verified']), 'good', 'Resend has verified acme.example.'],
    ['jobs@Acme.Example', domains(['acme.example', 'verified']), 'good', 'Resend has verified acme.example.'],
    ['a@acme.example', domains(['acme.example', 'partially_verified']), 'warn', 'has verified a part of acme.example'],
    ['a@acme.example', domains(['acme.example', 'failed']), 'bad', 'Resend has not verified acme.example.'],
    ['a@mail.acme.example', domains(['acme.example', 'verified']), 'bad', 'does not have mail.acme.example'],
    ['a@acme.example', refused('restricted_api_key', 401), 'good', 'It may only send'],
    ['a@acme.example', refused('invalid_api_key', 403), 'bad', 'does not accept the key'],
    ['a@acme.example', refused('rate_limit_exceeded', 429), 'bad', 'cannot be reached'],
    ['a@acme.example', refused('application_error', null), 'bad', 'cannot be reached'],
  ] as const)('%s, %j: %s', (from, answer, state, text) => {
    const health = domainHealth(answer, from);
    expect(health).toMatchObject({ state, text: expect.stringContaining(text) });
    expect(health.todo === '').toBe(state === 'good' && answer.error === null);
  });
});
