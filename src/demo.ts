import 'reflect-metadata';
import { readSettings } from './config/read-settings.js';
import type { Settings } from './config/settings.js';
import { startSandbox } from './sandbox/sandbox.js';
import { seedDemo } from './seed-demo.js';
import { refuseToStart, serve, stopOnSignals } from './serve.js';

const sandboxPort = 3001;
const admin = { email: 'asha@acme.example', password: 'interlude-demo', organizationName: 'Acme Software' };

try {
  const { url } = await demo();
  process.stdout.write(
    `\n  Interlude runs at ${url}\n  Sign in with ${admin.email} and the password ${admin.password}\n` +
      `  Cal.com is a sandbox at http://localhost:${sandboxPort}, mails are captured and never sent. Ctrl+C ends it.\n\n`,
  );
} catch (error) {
  refuseToStart(error);
}

async function demo(): Promise<{ url: string }> {
  const given = readSettings();
  const sandbox = await startSandbox({
    port: sandboxPort,
    publicUrl: `http://localhost:${sandboxPort}`,
    stateFile: `${given.dataDir}/sandbox.json`,
  });
  const settings: Settings = {
    ...given,
    production: false,
    calCom: { ...given.calCom, apiUrl: sandbox.apiUrl, apiKey: sandbox.apiKey },
    email: { ...given.email, transport: 'capture' },
    firstAdmin: admin,
    logLevel: process.stdout.isTTY ? 'warn' : given.logLevel,
  };
  const { app, stop } = await serve(settings);
  await seedDemo(app);
  stopOnSignals(async () => {
    await stop();
    await sandbox.stop();
  });
  return { url: settings.publicUrl };
}
