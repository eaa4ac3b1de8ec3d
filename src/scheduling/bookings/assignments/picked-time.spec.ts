import { pickedTimeAsText, pickedTimeFromText } from './picked-time.js';

const picked = {
  invitationId: '7f8c1f9e-64f5-4a55-9a1c-3f0f6c9a1b2c',
  start: new Date('2026-12-01T09:00:00.000Z'),
  replaces: ['uid-1', 'uid_2'],
};

describe('a picked time', () => {
  it('is the same after the form brought it back', () => {
    expect(pickedTimeFromText(pickedTimeAsText(picked))).toEqual(picked);
    const fresh = { ...picked, replaces: [] };
    expect(pickedTimeFromText(pickedTimeAsText(fresh))).toEqual(fresh);
  });

  it.each([
    '',
    'x 2026-12-01T09:00:00.000Z',
    picked.invitationId,
    `${picked.invitationId} tomorrow`,
    `${picked.invitationId} 2026-13-41T09:00:00.000Z`,
    `${picked.invitationId} 2026-12-01T09:00`,
    `${picked.invitationId} 2026-12-01T09:00:00.000Z ../x`,
    ['a', 'b'],
    null,
  ])('is nothing else: %j', (text) => {
    expect(pickedTimeFromText(text)).toBeNull();
  });
});
