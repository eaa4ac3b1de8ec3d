import './run-typescript.mjs';

/** Jest imports this file with plain Node; everything it needs comes after the hooks above can read it. */
export default async function setUp(): Promise<void> {
  const { startTestServer } = await import('./test-server.js');
  await startTestServer();
}
