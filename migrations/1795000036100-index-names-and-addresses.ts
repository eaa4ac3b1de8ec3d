import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * For the search within names and addresses. The extension comes with Postgres and the owner of a database may add it,
 * but a package without it or a role that may not must not keep the app from starting: the search is slower then.
 */
export class IndexNamesAndAddresses1795000036100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      do $$
      declare
        home name;
      begin
        begin
          create extension if not exists pg_trgm;
        exception when others then
          raise notice 'The search for candidates gets no index: %', sqlerrm;
        end;
        select n.nspname into home
          from pg_extension e join pg_namespace n on n.oid = e.extnamespace where e.extname = 'pg_trgm';
        if found then
          execute format(
            'create index invitations_text on invitations using gin (name %1$I.gin_trgm_ops, email %1$I.gin_trgm_ops)',
            home);
        end if;
      end $$`);
  }

  /** The extension stays: it may have been there before. */
  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`drop index if exists invitations_text`);
  }
}
