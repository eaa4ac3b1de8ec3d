import { isIP } from 'node:net';

/** How to reach a mail server, as `SMTP_URL` tells it. */
export interface SmtpServer {
  readonly host: string;
  readonly port: number;
  /** Encrypted from the first byte; otherwise by STARTTLS, where the server offers it. */
  readonly secure: boolean;
  readonly username: string;
  readonly password: string;
  readonly requireTLS: boolean;
  readonly ignoreTLS: boolean;
  readonly verifyCertificate: boolean;
}

const implicitTlsPort = 465;
const submissionPort = 587;

/**
 * `smtp(s)://user:password@host:port`. A password goes over the network encrypted or not at all, unless the address
 * says otherwise: `?requireTLS=false` (encrypted where offered) or `?ignoreTLS=true` (never);
 * `?tls.rejectUnauthorized=false` takes any certificate. Nothing else of the address is heeded.
 */
export function smtpServer(url: string): SmtpServer {
  const { protocol, hostname, port: givenPort, username, password, searchParams } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, '');
  const port = Number(givenPort) || (protocol === 'smtps:' ? implicitTlsPort : submissionPort);
  const secure = protocol === 'smtps:' || port === implicitTlsPort;
  const ignoreTLS = searchParams.get('ignoreTLS') === 'true';
  const demand = searchParams.get('requireTLS');
  return {
    host,
    port,
    secure,
    username: decoded(username),
    password: decoded(password),
    ignoreTLS,
    requireTLS: !secure && !ignoreTLS && (demand ? demand === 'true' : password !== '' && !isLoopback(host)),
    verifyCertificate: searchParams.get('tls.rejectUnauthorized') !== 'false',
  };
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
