export default async function tearDown(): Promise<void> {
  const { stopTestServer } = await import('./test-server.js');
  await stopTestServer();
}
