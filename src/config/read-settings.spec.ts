import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { EnvironmentError, readSettings } from './read-settings.js';

const dataDir = mkdtempSync(join(tmpdir(), 'interlude-settings-'));
const key = Buffer.alloc(32, 7).toString('base64');
const faultsOf = (environment: Record<string, string>): readonly string[] => {
  try {
    readSettings({ DATA_DIR: dataDir, ...environment });
    return [];
  } catch (error) {
    return (error as EnvironmentError).faults;
  }
};

describe('the environment', () => {
  it('needs nothing in development', () => {
    const settings = readSettings({ DATA_DIR: dataDir });
    expect(settings).toMatchObject({ port: 3000, publicUrl: 'http://localhost:3000', databaseUrl: null });
    expect(readSettings({ DATA_DIR: dataDir }).sessionSecret).toBe(settings.sessionSecret);
  });

  it('lists all that production lacks, at once', () => {
    const faults = faultsOf({ NODE_ENV: 'production' }).join('\n');
    for (const name of ['DATABASE_URL', 'PUBLIC_URL', 'ENCRYPTION_KEYS', 'SESSION_SECRET', 'EMAIL_TRANSPORT']) {
      expect(faults).toContain(name);
    }
  });

  it('takes a whole production environment', () => {
    const faults = faultsOf({
      NODE_ENV: 'production',
      DATABASE_URL: 'postgres://u:p@db/interlude',
      PUBLIC_URL: 'https://interviews.example.com',
      ENCRYPTION_KEYS: `a:${key},b:${key}`,
      SESSION_SECRET: 's'.repeat(32),
      EMAIL_TRANSPORT: 'resend',
      EMAIL_FROM: 'Acme <interviews@acme.example>',
      RESEND_API_KEY: 're_x',
    });
    expect(faults).toEqual([]);
  });

  it.each([
    [{ PORT: 'http' }, 'PORT'],
    [{ CAL_COM_API_URL: 'https://api.cal.com/v1' }, 'use /v2'],
    [{ CAL_COM_API_URL: 'ftp://cal.com' }, 'CAL_COM_API_URL'],
    [{ ENCRYPTION_KEYS: 'a:c2hvcnQ=' }, 'ENCRYPTION_KEYS'],
    [{ ENCRYPTION_KEYS: `a:${key},a:${key}` }, 'each id once'],
    [{ EMAIL_TRANSPORT: 'pigeon' }, 'resend, smtp, capture'],
    [{ EMAIL_TRANSPORT: 'resend' }, 'RESEND_API_KEY'],
    [{ EMAIL_TRANSPORT: 'smtp', EMAIL_FROM: 'a@b.example' }, 'SMTP_URL'],
    [{ EMAIL_FROM: 'nobody' }, 'EMAIL_FROM'],
    [{ SECURITY_CONTACT: 'security@acme.example' }, 'SECURITY_CONTACT'],
    [{ SECURITY_CONTACT: 'https://acme.example/\nContact: x' }, 'SECURITY_CONTACT'],
    [{ EMAIL_FROM: 'Acme\r\nBcc: all@evil.example <a@b.example>' }, 'EMAIL_FROM'],
    [{ EMAIL_FROM: 'Ac\u000bme <a@b.example>' }, 'EMAIL_FROM'],
    [{ EMAIL_FROM: 'a@b.example\nBcc: all@evil.example' }, 'EMAIL_FROM'],
    [{ RESEND_WEBHOOK_SECRET: 're_123' }, 'whsec_'],
    [{ RESEND_WEBHOOK_SECRET: 'whsec_' }, 'whsec_'],
    [{ RESEND_WEBHOOK_SECRET: 'whsec_abc' }, 'whsec_'],
    [{ UNDO_WINDOW_SECONDS: '-1' }, 'UNDO_WINDOW_SECONDS'],
    [{ ADMIN_EMAIL: 'a@b.example' }, 'belong together'],
    [{ PUBLIC_URL: 'https://a.example/path' }, 'without a path'],
    [{ OIDC_NAME: 'Acme' }, 'OIDC_ISSUER is missing'],
    [{ OIDC_ISSUER: 'id.acme.example' }, 'OIDC_ISSUER must be an address'],
    [{ OIDC_ISSUER: 'http://id.acme.example', NODE_ENV: 'production' }, 'OIDC_ISSUER must be an address'],
    [{ OIDC_ISSUER: 'https://id.acme.example/.well-known/openid-configuration' }, 'OIDC_ISSUER must be the address'],
    [{ OIDC_ISSUER: 'https://login.microsoftonline.com/common/v2.0' }, 'name your own tenant'],
    [{ OIDC_GROUP_ROLES: 'hr=owner' }, 'OIDC_GROUP_ROLES must be'],
    [{ SESSION_SECRET: 'short' }, '32 characters'],
    [{ SESSION_SECRET_FILE: '/does/not/exist' }, 'cannot be read'],
  ])('refuses %j', (environment, words) => {
    expect(faultsOf(environment).join('\n')).toContain(words);
  });

  it('takes a provider of OpenID Connect, on loopback without https', () => {
    const environment = {
      DATA_DIR: dataDir,
      OIDC_ISSUER: 'https://id.acme.example/',
      OIDC_CLIENT_ID: 'interlude',
      OIDC_CLIENT_SECRET: 'secret',
      OIDC_GROUP_ROLES: 'hr=scheduler',
    };
    expect(readSettings(environment).oidc).toEqual({
      issuer: 'https://id.acme.example/',
      clientId: 'interlude',
      clientSecret: 'secret',
      name: 'single sign-on',
      groupsClaim: 'groups',
      groupRoles: [{ group: 'hr', organization: null, role: 'scheduler' }],
    });
    const onLoopback = { ...environment, NODE_ENV: 'production', OIDC_ISSUER: 'http://127.0.0.1:4000' };
    expect(faultsOf(onLoopback).join('\n')).not.toContain('OIDC_');
  });

  it('reads a secret from a file', () => {
    const file = join(dataDir, 'key');
    writeFileSync(file, 'cal_live_x\n');
    expect(readSettings({ DATA_DIR: dataDir, CAL_COM_API_KEY_FILE: file }).calCom.apiKey).toBe('cal_live_x');
  });
});
