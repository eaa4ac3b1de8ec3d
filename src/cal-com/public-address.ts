import { BlockList, isIP } from 'node:net';

/** Whether others may reach us there: https, and neither this machine nor a private network by its name or number. */
export function isPublicAddress(address: string): boolean {
  const { protocol, hostname } = new URL(address);
  const host = hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  return protocol === 'https:' && (isIP(host) ? isPublicNumber(host) : isPublicName(host));
}

/** A name without a dot is known on its own network alone; the others are set aside for such networks. */
function isPublicName(host: string): boolean {
  return host.includes('.') && !/\.(localhost|local|internal|home\.arpa|lan)$/i.test(host);
}

/** Of an IP address; one of version 4 that is written as version 6 counts as what it is. */
export function isPublicNumber(ip: string): boolean {
  return !privateRanges.check(ip, isIP(ip) === 6 ? 'ipv6' : 'ipv4');
}

const privateRanges = new BlockList();
for (const [network, bits] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['224.0.0.0', 3],
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const) {
  privateRanges.addSubnet(network, bits, isIP(network) === 6 ? 'ipv6' : 'ipv4');
}
