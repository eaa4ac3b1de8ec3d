/** One body part of a mail, decoded. */
export interface MailPart {
  readonly type: string;
  readonly encoding: string;
  readonly text: string;
}

export interface ParsedMail {
  /** Names in lower case, values unfolded and decoded. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly parts: readonly MailPart[];
}

/**
 * Reads a mail as a mailbox does (RFC 5322, 2045 to 2047), from the bytes between DATA and the dot, and strictly: what
 * is not allowed throws. Written for the tests, on its own, so that it shares no fault with what made the mail.
 */
export function parseMail(wire: string): ParsedMail {
  if (/[^\r]\n|\r[^\n]|[\x80-\xff]/.test(wire)) {
    throw new Error('A bare line break, or a byte beyond ASCII');
  }
  const tooLong = wire.split('\r\n').find((line) => line.length > 998);
  if (tooLong !== undefined) {
    throw new Error(`A line of ${tooLong.length} bytes: ${tooLong.slice(0, 60)}`);
  }
  const { headers, body } = entity(wire.replace(/^\.\./gm, '.'));
  return { headers: headers.map(([name, value]) => [name, decodedWords(value)]), parts: bodyParts(headers, body) };
}

export function headerOf({ headers }: ParsedMail, name: string): string | undefined {
  const found = headers.filter(([each]) => each === name);
  if (found.length > 1) {
    throw new Error(`${name} stands there ${found.length} times`);
  }
  return found[0]?.[1];
}

function entity(source: string): { headers: [string, string][]; body: string } {
  const end = source.indexOf('\r\n\r\n');
  const head = end < 0 ? source : source.slice(0, end);
  const headers = head
    .replace(/\r\n(?=[ \t])/g, '')
    .split('\r\n')
    .map((line): [string, string] => {
      const [, name, value] = /^([\x21-\x39\x3b-\x7e]+):[ \t]*(.*)$/.exec(line) ?? [];
      if (name === undefined) {
        throw new Error(`Not a header: ${JSON.stringify(line.slice(0, 80))}`);
      }
      return [name.toLowerCase(), value!.trimEnd()];
    });
  return { headers, body: end < 0 ? '' : source.slice(end + 4) };
}

function bodyParts(headers: readonly (readonly [string, string])[], body: string): MailPart[] {
  const value = (name: string) => headers.find(([each]) => each === name)?.[1] ?? '';
  const contentType = value('content-type');
  const boundary = /boundary="?([^";]+)"?/.exec(contentType)?.[1];
  if (contentType.startsWith('multipart/') && boundary) {
    const [, ...sections] = `\r\n${body}`.split(`\r\n--${boundary}`);
    if (!sections.at(-1)?.startsWith('--')) {
      throw new Error('The last part does not end');
    }
    return sections.slice(0, -1).flatMap((section) => {
      const part = entity(section.replace(/^[ \t]*\r\n/, ''));
      return bodyParts(part.headers, part.body);
    });
  }
  const encoding = value('content-transfer-encoding').toLowerCase();
  if (!/charset="?utf-8/i.test(contentType)) {
    throw new Error(`Another character set: ${contentType}`);
  }
  return [
    {
      type: contentType.split(';')[0]!,
      encoding,
      text: new TextDecoder('utf-8', { fatal: true }).decode(bytes(encoding, body)),
    },
  ];
}

function bytes(encoding: string, body: string): Buffer {
  switch (encoding) {
    case '7bit':
      return Buffer.from(body, 'latin1');
    case 'base64':
      return Buffer.from(body, 'base64');
    case 'quoted-printable':
      return unquoted(body.replace(/[ \t]+(?=\r\n|$)/g, '').replace(/=\r\n/g, ''));
    default:
      throw new Error(`Another encoding: ${encoding}`);
  }
}

/** Of encoded words that stand side by side, the space between is none (RFC 2047, 6.2). */
function decodedWords(value: string): string {
  return value
    .replace(/(=\?[^?\s]+\?[bq]\?[^?\s]*\?=)[ \t]+(?==\?[^?\s]+\?[bq]\?[^?\s]*\?=)/gi, '$1')
    .replace(/(?:=\?utf-8\?[bq]\?[^?\s]*\?=)+/gi, (words) => {
      const parts = [...words.matchAll(/=\?utf-8\?([bq])\?([^?\s]*)\?=/gi)].map(([whole, how, text]) => {
        if (whole.length > 75) {
          throw new Error(`An encoded word of ${whole.length} characters`);
        }
        return how!.toLowerCase() === 'b' ? Buffer.from(text!, 'base64') : unquoted(text!.replaceAll('_', ' '));
      });
      return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(parts));
    });
}

function unquoted(text: string): Buffer {
  return Buffer.from(
    text.replace(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  );
}
