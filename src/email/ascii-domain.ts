import { domainToASCII } from 'node:url';

/** The address with its domain in the form that every mail server and provider takes: `a@bücher.example` has one. */
export function withAsciiDomain(address: string): string {
  const at = address.lastIndexOf('@') + 1;
  return `${address.slice(0, at)}${domainToASCII(address.slice(at)) || address.slice(at)}`;
}
