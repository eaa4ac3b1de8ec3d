import { isIPv4 } from 'node:net';

const groupsOfNetwork = 4;
const mappedIPv4 = /^::ffff:(\d+(?:\.\d+){3})$/i;

/** What counts as one client: an IPv4 address, or the /64 that one customer has of IPv6. */
export function clientNetwork(address = ''): string {
  const ipv4 = mappedIPv4.exec(address)?.[1] ?? address;
  return isIPv4(ipv4) ? ipv4 : `${firstGroups(address)}::/64`;
}

function firstGroups(address: string): string {
  const [left = [], right = []] = address
    .replace(/%.*$/, '')
    .split('::')
    .map((part) => part.split(':').filter(Boolean));
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => '0');
  return [...left, ...zeros, ...right]
    .slice(0, groupsOfNetwork)
    .map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''))
    .join(':');
}
