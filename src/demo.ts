import 'reflect-metadata';
import { join } from 'node:path';
import { readSettings } from './config/read-settings.js';
import type { Settings } from './config/settings.js';
import { capturedFolder } from './email/captured-file.js';
import { startSandbox } from './sandbox/sandbox.js';
import { seedDemo } from './seed-demo.js';
import { refuseToStart, serve, stopOnSignals } from './serve.js';

const admin = { email: 'asha@acme.example', password: 'interlude-demo', organizationName: 'Acme Software' };

try {
  const { url, calComUrl, mailFolder } = await demo();
  process.stdout.write(
    `\n  Interlude runs at ${url}\n  Sign in with ${admin.email} and the password ${admin.password}\n` +
      `  Cal.com is a sandbox at ${calComUrl}, mails are captured and never sent: those about accounts as files\n` +
      `  in ${mailFolder}. Ctrl+C ends it.\n\n`,
  );
} catch (error) {
  refuseToStart(error);
}

async function demo(): Promise<{ url: string; calComUrl: string; mailFolder: string }> {
  const given = readSettings();
  const sandboxPort = given.port + 1;
  const sandbox = await startSandbox({
    port: sandboxPort,
    publicUrl: `http://localhost:${sandboxPort}`,
    stateFile: `${given.dataDir}/sandbox.json`,
  });
  const settings: Settings = {
    ...given,
    production: false,
    calCom: {
      ...given.calCom,
      apiUrl: sandbox.apiUrl,
      apiKey: sandbox.apiKey,
      // The sandbox is on this machine, and so are we: it can tell us of bookings.
      allowedHosts: [new URL(sandbox.apiUrl).host],
    },
    email: { ...given.email, transport: 'capture' },
    firstAdmin: admin,
    logLevel: given.logLevel === 'info' ? 'warn' : given.logLevel,
  };
  const { app, stop } = await serve(settings);
  await seedDemo(app);
  stopOnSignals(async () => {
    await stop();
    await sandbox.stop();
  });
  return { url: settings.publicUrl, calComUrl: sandbox.url, mailFolder: join(settings.dataDir, capturedFolder) };
}
