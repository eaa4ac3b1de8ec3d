import { startMailReplica } from './mail-replica.js';

/** A replica that can be killed: `node --import ./test/support/run-typescript.mjs` this file, database and Resend addresses. */
const [databaseUrl = '', resendUrl = ''] = process.argv.slice(2);
await startMailReplica(databaseUrl, { EMAIL_TRANSPORT: 'resend', RESEND_BASE_URL: resendUrl });
process.stdout.write('ready\n');
