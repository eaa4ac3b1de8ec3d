import { generateKeyPairSync, randomUUID, sign } from 'node:crypto';

export interface OwnCertificate {
  /** PEM, both. */
  readonly key: string;
  readonly certificate: string;
}

/** A certificate for `localhost` that its holder has signed: valid for whoever is told to trust it. */
export function makeOwnCertificate(): OwnCertificate {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  // Of those that one process trusts, the issuer is found by its name.
  const name = sequence(set(sequence(oid('55 04 03'), der(0x0c, Buffer.from(randomUUID())))));
  const algorithm = sequence(oid('2a 86 48 ce 3d 04 03 02'));
  const altName = sequence(der(0x82, Buffer.from('localhost')));
  const extensions = [extension('55 1d 11', altName), extension('55 1d 13', sequence(der(0x01, Buffer.from([0xff]))))];
  const content = sequence(
    der(0xa0, integer(2)),
    integer(1),
    algorithm,
    name,
    sequence(utcTime('200101000000Z'), utcTime('491231235959Z')),
    name,
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, sequence(...extensions)),
  );
  const signature = der(0x03, Buffer.concat([Buffer.from([0]), sign('sha256', content, privateKey)]));
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
    certificate: pem(sequence(content, algorithm, signature)),
  };
}

/** One value of ASN.1, as X.509 is written in. */
function der(tag: number, content: Buffer): Buffer {
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

const sequence = (...parts: Buffer[]) => der(0x30, Buffer.concat(parts));
const set = (...parts: Buffer[]) => der(0x31, Buffer.concat(parts));
const integer = (value: number) => der(0x02, Buffer.from([value]));
const oid = (bytes: string) => der(0x06, Buffer.from(bytes.replaceAll(' ', ''), 'hex'));
const utcTime = (text: string) => der(0x17, Buffer.from(text));
const extension = (bytes: string, value: Buffer) => sequence(oid(bytes), der(0x04, value));

function pem(bytes: Buffer): string {
  const lines = bytes.toString('base64').match(/.{1,64}/g) ?? [];
  return ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');
}
