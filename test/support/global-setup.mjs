export default async function setUp() {
  await import('./run-typescript.mjs');
  const { startTestServer } = await import('./test-server.ts');
  await startTestServer();
}
