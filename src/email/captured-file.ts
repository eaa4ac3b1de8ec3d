import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { FrozenMail } from './transports/mail-transport.js';

/** Below `DATA_DIR`: mails that no page may show while mail is captured. */
export const capturedFolder = 'account-mail';

/** A text file that whoever runs the server can read, and nobody else. */
export async function keepAsFile(dataDir: string, id: string, mail: FrozenMail): Promise<void> {
  const folder = join(dataDir, capturedFolder);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const now = new Date();
  const head = [`Date: ${now.toUTCString()}`, `From: ${mail.from}`, `To: ${mail.to[0]}`, `Subject: ${mail.subject}`];
  const name = `${now.toISOString().replaceAll(':', '-')}-${id}.eml`;
  await writeFile(join(folder, name), `${head.join('\n')}\n\n${mail.text}`, { mode: 0o600 });
}
