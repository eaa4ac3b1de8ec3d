import { startBundledPostgres } from '../../src/database/bundled/bundled-postgres.js';

/** Starts or joins the server of a data folder, says where it is, and leaves it when told to on stdin. */
const dataDir = process.argv[2] ?? '';
const server = await startBundledPostgres({ dataDir, fast: true });
process.stdout.write(`${server.url}\n`);
process.stdin.once('data', () => void server.stop().then(() => process.exit(0)));
