import { startMailReplica } from './mail-replica.js';

/** A replica that can be killed: `node --import ./test/support/run-typescript.mjs` this file, database and SMTP addresses. */
const [databaseUrl = '', smtpUrl = ''] = process.argv.slice(2);
await startMailReplica(databaseUrl, { EMAIL_TRANSPORT: 'smtp', SMTP_URL: smtpUrl });
process.stdout.write('ready\n');
