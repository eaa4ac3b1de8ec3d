import type { lookup } from 'node:dns';
import { isPrivateNumber, privateAddressCode, publicLookup } from './public-lookup.js';

type Found = { code: string } | string;

const finding = (...addresses: string[]) =>
  ((_host: string, _options: object, answer: (error: null, found: object[]) => void) =>
    answer(
      null,
      addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })),
    )) as unknown as typeof lookup;
const look = (resolver: typeof lookup) =>
  new Promise<Found>((resolve) => {
    publicLookup(resolver)('api.cal.com', {}, (error, address) => {
      resolve(error ? { code: error.code ?? '' } : String(address));
    });
  });

describe('looking up a host that must be public', () => {
  it('gives the address it checked', async () => {
    expect(await look(finding('93.184.216.34', '2606:4700::1111'))).toBe('93.184.216.34');
  });

  it.each(['127.0.0.1', '10.0.0.7', '169.254.169.254', '192.168.1.1', '::1', 'fd00::1', '::ffff:169.254.169.254'])(
    'gives none where one of them is %s',
    async (address) => {
      expect(await look(finding('93.184.216.34', address))).toEqual({ code: privateAddressCode });
    },
  );

  it('passes on that there is no such name', async () => {
    expect(await look(finding())).toEqual({ code: 'ENOTFOUND' });
  });

  it('judges a number that stands in place of a name', () => {
    expect(isPrivateNumber(new URL('http://169.254.169.254/v2'))).toBe(true);
    expect(isPrivateNumber(new URL('http://[::1]:3000/v2'))).toBe(true);
    expect(isPrivateNumber(new URL('https://93.184.216.34/v2'))).toBe(false);
    expect(isPrivateNumber(new URL('https://api.cal.com/v2'))).toBe(false);
  });
});
