/** Why the bundled Postgres cannot serve, in one sentence for the person who started the app. */
export class BundledPostgresError extends Error {
  override readonly name = 'BundledPostgresError';
}
