/** What no log may hold, whoever wrote it. */
const never: readonly (readonly [string, RegExp])[] = [
  ['an e-mail address', /[\w.+-]+@[\w-]+\.[\w.-]*\w/],
  ['the link of a candidate', /\/i\/[\w-]{22}/],
  ['the token of a link', /(token=|(?<!\/members)\/(invites|password-reset)\/)[\w-]{16,}/],
  ['an API token', /ilt_[\w-]{8,}/],
  ['a key of Resend', /\bre_[\da-zA-Z]{8,}/],
  ['a key of Cal.com', /\bcal_[\da-zA-Z_]{8,}/],
  ['a secret of a webhook', /whsec_\w/],
  ['a hash of a password', /\$argon2/],
  ['a password in an address', /\/\/[^/\s:@]+:[^/\s:@]+@/],
  ['a header', /\b(authorization|bearer|set-cookie|cookie)\b["']?\s*[:=]/i],
];

/** Each line of a log that tells what it must not, with what that is. */
export function leaksIn(log: string, hidden: readonly string[]): string[] {
  const told = hidden.filter((value) => log.includes(value) || log.includes(JSON.stringify(value).slice(1, -1)));
  return log.split('\n').flatMap((line) => {
    const kinds = [
      ...never.filter(([, pattern]) => pattern.test(line)).map(([kind]) => kind),
      ...told
        .filter((value) => line.includes(value) || line.includes(JSON.stringify(value).slice(1, -1)))
        .map(() => 'something that was sent or set'),
    ];
    return kinds.length > 0 ? [`${[...new Set(kinds)].join(', ')}: ${line}`] : [];
  });
}
