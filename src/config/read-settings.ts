import { isCommonPassword } from '../shared/common-password.js';
import { developmentSecret, makeEncryptionKeys, makeSessionSecret } from './development-keys.js';
import { parseEncryptionKeys, type EncryptionKey } from './encryption-keys.js';
import { EnvironmentReader, type Environment } from './environment-reader.js';
import { readOidc } from './read-oidc.js';
import { emailTransports, type Settings } from './settings.js';

/** Every fault of the environment at once, each one sentence. */
export class EnvironmentError extends Error {
  constructor(readonly faults: readonly string[]) {
    super(
      `The environment has ${faults.length === 1 ? 'a fault' : `${faults.length} faults`}:\n- ${faults.join('\n- ')}`,
    );
  }
}

export const defaultCalComApiUrl = 'https://api.cal.com/v2';
export const shutDownApiSentence = 'Cal.com shut API v1 down on 8 April 2026; use /v2';

/** Reads the whole environment (design 2.2) or throws one `EnvironmentError` that lists all faults. */
export function readSettings(environment: Environment = process.env): Settings {
  const reader = new EnvironmentReader(environment);
  const production = environment['NODE_ENV'] === 'production';
  const port = reader.integer('PORT', 3000, 0, 65535);
  const dataDir = reader.text('DATA_DIR') ?? '.data';
  const settings: Settings = {
    production,
    host: reader.text('HOST') ?? '127.0.0.1',
    port,
    publicUrl: readPublicUrl(reader, production, port),
    trustProxy: reader.text('TRUST_PROXY'),
    databaseUrl: readDatabaseUrl(reader, production),
    dataDir,
    encryptionKeys: readEncryptionKeys(reader, production, dataDir),
    sessionSecret: readSessionSecret(reader, production, dataDir),
    calCom: readCalCom(reader),
    email: readEmail(reader, production),
    firstAdmin: readFirstAdmin(reader),
    oidc: readOidc(reader, production),
    undoWindowSeconds: reader.integer('UNDO_WINDOW_SECONDS', 30, 0, 3600),
    securityContact: readSecurityContact(reader),
    logLevel: reader.oneOf('LOG_LEVEL', ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'], 'info'),
  };
  if (reader.faults.length > 0) {
    throw new EnvironmentError(reader.faults);
  }
  return settings;
}

function readPublicUrl(reader: EnvironmentReader, production: boolean, port: number): string {
  if (production && !reader.required('PUBLIC_URL', 'links in mails start with it')) {
    return '';
  }
  const url = reader.url('PUBLIC_URL', `http://localhost:${port}`);
  if (new URL(url).pathname !== '/' || new URL(url).search) {
    reader.fault('PUBLIC_URL must be an origin without a path, such as https://interviews.example.com');
  }
  return url;
}

function readDatabaseUrl(reader: EnvironmentReader, production: boolean): string | null {
  if (production && !reader.required('DATABASE_URL', 'production needs a Postgres 15 or later of its own')) {
    return null;
  }
  return reader.text('DATABASE_URL') ? reader.url('DATABASE_URL', '', ['postgres:', 'postgresql:']) : null;
}

function readEncryptionKeys(reader: EnvironmentReader, production: boolean, dataDir: string): EncryptionKey[] {
  const text = production
    ? reader.required('ENCRYPTION_KEYS', 'stored keys are encrypted with it; make one with `openssl rand -base64 32`')
    : (reader.text('ENCRYPTION_KEYS') ?? developmentSecret(dataDir, 'encryption-keys', makeEncryptionKeys));
  const keys = parseEncryptionKeys(text);
  if (text && !keys) {
    reader.fault('ENCRYPTION_KEYS must be id:base64-of-32-bytes, several separated by commas, each id once');
  }
  return keys ?? [];
}

function readSessionSecret(reader: EnvironmentReader, production: boolean, dataDir: string): string {
  const secret = production
    ? reader.required('SESSION_SECRET', 'session cookies are signed with it')
    : (reader.text('SESSION_SECRET') ?? developmentSecret(dataDir, 'session-secret', makeSessionSecret));
  if (secret && secret.length < 32) {
    reader.fault('SESSION_SECRET must have at least 32 characters');
  }
  return secret;
}

function readCalCom(reader: EnvironmentReader): Settings['calCom'] {
  const apiUrl = reader.url('CAL_COM_API_URL', defaultCalComApiUrl);
  if (apiUrl.endsWith('/v1')) {
    reader.fault(`CAL_COM_API_URL: ${shutDownApiSentence}`);
  }
  return {
    apiUrl,
    apiKey: reader.text('CAL_COM_API_KEY'),
    allowedHosts: (reader.text('CAL_COM_ALLOWED_HOSTS') ?? '').split(/[\s,]+/).filter(Boolean),
    requestsPerMinute: reader.integer('CAL_COM_REQUESTS_PER_MINUTE', 100, 1, 10_000),
  };
}

function readEmail(reader: EnvironmentReader, production: boolean): Settings['email'] {
  const transport = reader.oneOf('EMAIL_TRANSPORT', emailTransports, 'capture');
  if (production && transport === 'capture') {
    reader.fault('EMAIL_TRANSPORT must be resend or smtp: production needs a transport that sends');
  }
  const sends = transport !== 'capture';
  const needed = (name: string, by: boolean) =>
    by ? reader.required(name, `EMAIL_TRANSPORT=${transport} needs it`) : null;
  const from = needed('EMAIL_FROM', sends) ?? reader.text('EMAIL_FROM') ?? 'Interlude <interviews@interlude.example>';
  if (from && (/\p{Cc}/u.test(from) || !/^([^<>@]+<[^<>\s@]+@[^<>\s@]+>|[^<>\s@]+@[^<>\s@]+)$/.test(from))) {
    reader.fault('EMAIL_FROM must be an address, or a name and an address: Name <address>');
  }
  return {
    transport,
    from,
    resendApiKey: needed('RESEND_API_KEY', transport === 'resend') ?? reader.text('RESEND_API_KEY'),
    resendBaseUrl: reader.text('RESEND_BASE_URL') ? reader.url('RESEND_BASE_URL', '') : null,
    resendRequestsPerSecond: reader.decimal('RESEND_REQUESTS_PER_SECOND', 2, 0.1, 1000),
    resendWebhookSecret: readWebhookSecret(reader),
    smtpUrl: needed('SMTP_URL', transport === 'smtp') ? reader.url('SMTP_URL', '', ['smtp:', 'smtps:']) : null,
  };
}

function readWebhookSecret(reader: EnvironmentReader): string | null {
  const secret = reader.text('RESEND_WEBHOOK_SECRET');
  if (secret && !/^whsec_(?:[A-Za-z0-9+/]{4})+(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(secret)) {
    reader.fault('RESEND_WEBHOOK_SECRET must be the signing secret that Resend shows for the webhook: whsec_...');
  }
  return secret;
}

function readSecurityContact(reader: EnvironmentReader): string | null {
  const contact = reader.text('SECURITY_CONTACT');
  if (contact && (!/^(https:\/\/|mailto:[^\s@]+@)[^\s@]+$/.test(contact) || !URL.canParse(contact))) {
    reader.fault('SECURITY_CONTACT must be mailto:address or an address that starts with https://');
  }
  return contact;
}

function readFirstAdmin(reader: EnvironmentReader): Settings['firstAdmin'] {
  const email = reader.text('ADMIN_EMAIL');
  const password = reader.text('ADMIN_PASSWORD');
  if (!email && !password) {
    return null;
  }
  if (!email || !password) {
    reader.fault('ADMIN_EMAIL and ADMIN_PASSWORD belong together; one of them is missing');
  }
  if (password && password.length < 8) {
    reader.fault('ADMIN_PASSWORD must have at least 8 characters');
  } else if (password && isCommonPassword(password)) {
    reader.fault('ADMIN_PASSWORD is one that many people use; choose another one');
  }
  return {
    email: email ?? '',
    password: password ?? '',
    organizationName: reader.text('ORGANIZATION_NAME') ?? 'Interviews',
  };
}
