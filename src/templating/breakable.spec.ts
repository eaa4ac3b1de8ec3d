import { breakable } from './breakable.js';

describe('an address that can break', () => {
  it.each([
    ['ada@acme.example', 'ada<wbr>@acme.example'],
    ['"<b>@"@acme.example', '&quot;&lt;b&gt;<wbr>@&quot;@acme.example'],
    ['', ''],
  ])('%s', (address, html) => {
    expect(breakable(address).toHTML()).toBe(html);
  });
});
