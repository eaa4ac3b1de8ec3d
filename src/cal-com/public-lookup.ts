import { lookup as systemLookup, type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { isPublicNumber } from './public-address.js';

/** The code of an error: the name leads to an address that is private. */
export const privateAddressCode = 'EPRIVATEADDRESS';

/**
 * Finds a name's addresses, and none at all where one of them is private: a name that anyone may point anywhere must
 * not make us talk to our own network. The connection uses what was checked, so it cannot change in between.
 */
export function publicLookup(lookup: typeof systemLookup = systemLookup): LookupFunction {
  return (hostname, options, answer) => {
    lookup(hostname, { ...options, all: true }, (error, found) => {
      const addresses = (error ? [] : found) as LookupAddress[];
      const [first] = addresses;
      if (error || !first) {
        answer(error ?? Object.assign(new Error('No address'), { code: 'ENOTFOUND' }), '', 0);
      } else if (!addresses.every(({ address }) => isPublicNumber(address))) {
        answer(Object.assign(new Error('A private address'), { code: privateAddressCode }), '', 0);
      } else if (options.all) {
        answer(null, addresses);
      } else {
        answer(null, first.address, first.family);
      }
    });
  };
}

/** A number in place of a name is looked up nowhere, so it is judged here. */
export function isPrivateNumber({ hostname }: URL): boolean {
  const host = hostname.replace(/^\[|\]$/g, '');
  return isIP(host) !== 0 && !isPublicNumber(host);
}
