import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { projectRoot } from '../../src/shared/project-root.js';
import type { TestApp } from './app.js';

export interface CliRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** `npm run cli -- <words>` in a process of its own, with nothing in its environment but what is given. */
export async function runCli(words: readonly string[], environment: Record<string, string>): Promise<CliRun> {
  const child = spawn(process.execPath, [join(projectRoot, 'dist/src/cli.js'), ...words], {
    cwd: projectRoot,
    env: { PATH: process.env.PATH ?? '', ...environment },
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.stderr += text));
  await once(child, 'close');
  return { code: child.exitCode, ...output };
}

/** The shell of the machine that this app runs on. */
export function environmentOf({ databaseUrl, settings }: TestApp): Record<string, string> {
  const { encryptionKeys, sessionSecret, publicUrl, calCom, email } = settings;
  return {
    DATABASE_URL: databaseUrl,
    ENCRYPTION_KEYS: encryptionKeys.map(({ id, secret }) => `${id}:${secret.toString('base64')}`).join(','),
    SESSION_SECRET: sessionSecret,
    PUBLIC_URL: publicUrl,
    CAL_COM_API_URL: calCom.apiUrl,
    CAL_COM_ALLOWED_HOSTS: calCom.allowedHosts.join(','),
    EMAIL_TRANSPORT: email.transport,
    EMAIL_FROM: email.from,
    ...(email.resendApiKey ? { RESEND_API_KEY: email.resendApiKey } : {}),
    ...(email.resendBaseUrl ? { RESEND_BASE_URL: email.resendBaseUrl } : {}),
  };
}
