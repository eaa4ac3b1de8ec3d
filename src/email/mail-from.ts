/** EMAIL_FROM with a name of the organization's own, which holds no quote, bracket or line break; null leaves it as it is. */
export function mailFrom(emailFrom: string, senderName: string | null): string {
  if (!senderName) {
    return emailFrom;
  }
  const { address } = nameAndAddress(emailFrom);
  return `${needsNoQuotes.test(senderName) ? senderName : `"${senderName}"`} <${address}>`;
}

/** `Name <address>` or an address alone, as it was checked when it was set. */
export function nameAndAddress(from: string): { name: string; address: string } {
  const [, name = '', address = from] = /^(.*?)<([^<>]+)>$/.exec(from) ?? [];
  return { name: name.trim().replace(/^"(.*)"$/, '$1'), address: address.trim() };
}

/** RFC 5322 keeps signs such as a comma or a full stop for itself. */
const needsNoQuotes = /^[\p{L}\p{M}\p{N} !#$%&'*+/=?^_`{|}~’–-]+$/u;
