import { readInvitationHeader } from './invitation-header.js';

describe('readInvitationHeader', () => {
  it('takes the known words in any order and case', () => {
    expect(readInvitationHeader([' Email', 'NAME', 'assessment ', 'time_zone'])).toEqual({
      ok: true,
      columns: ['email', 'name', 'assessment', 'time_zone'],
    });
  });

  it.each([
    ['names the required columns that are missing', ['name', 'status'], 'missing: email, assessment'],
    [
      'names the columns it does not know',
      ['name', 'email', 'assessment', 'Phone', 'E-Mail'],
      'Unknown in the first row: "Phone", "E-Mail"',
    ],
    ['names the columns without a name', ['name', 'email', '', 'assessment', ' '], 'column 3, column 5'],
    [
      'names a column that comes twice',
      ['name', 'email', 'assessment', 'Email'],
      'Named twice in the first row: email',
    ],
    ['recognises bars', ['name|email|assessment'], 'separated by bars'],
    [
      'cuts a long list short',
      ['name', 'email', 'assessment', ...Array.from({ length: 40 }, (_, n) => `x${n}`)],
      'and 30 more',
    ],
  ])('%s', (_, cells, reason) => {
    expect(readInvitationHeader(cells)).toEqual({ ok: false, reason: expect.stringContaining(reason) as string });
  });
});
