import { checkApiUrl } from './api-url.js';

const settings = {
  apiUrl: 'http://localhost:3001/v2',
  apiKey: null,
  allowedHosts: ['cal.acme.example', '10.0.0.5:8080'],
  requestsPerMinute: 100,
};

describe('checkApiUrl', () => {
  it.each([
    ['https://api.cal.com/v2', 'https://api.cal.com/v2'],
    ['  https://API.cal.com/v2/  ', 'https://api.cal.com/v2'],
    ['https://api.cal.eu/v2', 'https://api.cal.eu/v2'],
    ['https://cal.acme.example/api/v2', 'https://cal.acme.example/api/v2'],
    ['http://cal.acme.example:5555/v2', 'http://cal.acme.example:5555/v2'],
    ['http://10.0.0.5:8080/v2', 'http://10.0.0.5:8080/v2'],
    ['http://localhost:3001/v2/', 'http://localhost:3001/v2'],
  ])('takes %s', (typed, apiUrl) => {
    expect(checkApiUrl(typed, settings)).toEqual({ ok: true, apiUrl });
  });

  it.each([
    ['', 'Enter an address'],
    ['api.cal.com/v2', 'Enter an address'],
    ['ftp://api.cal.com/v2', 'Enter an address'],
    ['https://asha:secret@api.cal.com/v2', 'Enter only the address'],
    ['https://api.cal.com/v2?apiKey=1', 'Enter only the address'],
    ['https://api.cal.com/v1', 'Cal.com shut API v1 down on 8 April 2026; use /v2.'],
    ['https://api.cal.com', 'ends in /v2'],
    ['http://api.cal.com/v2', 'https://'],
    ['https://api.cal.com:8443/v2', 'CAL_COM_ALLOWED_HOSTS'],
    ['https://api.cal.com.evil.example/v2', 'CAL_COM_ALLOWED_HOSTS'],
    ['https://evil.example/v2', 'CAL_COM_ALLOWED_HOSTS'],
    ['http://169.254.169.254/v2', 'CAL_COM_ALLOWED_HOSTS'],
    ['http://10.0.0.5/v2', 'CAL_COM_ALLOWED_HOSTS'],
    ['http://localhost:5432/v2', 'CAL_COM_ALLOWED_HOSTS'],
  ])('refuses %j', (typed, sentence) => {
    const checked = checkApiUrl(typed, settings);
    expect(checked).toMatchObject({ ok: false, reason: expect.stringContaining(sentence) as string });
  });
});
